// How long to wait before trying again: a second, then longer each time, never in step with other listeners.
// Knows no timers.

const FIRST_MS = 1000;
const LONGEST_MS = 15000;
const SPREAD = 0.25;

export class Backoff {
  constructor(random = Math.random) {
    this.random = random;

    this.tries = 0;
  }

  /** Milliseconds until the next try. */
  next() {
    const calm = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.tries);
    this.tries += 1;
    return Math.round(calm * (1 - SPREAD + 2 * SPREAD * this.random()));
  }

  reset() {
    this.tries = 0;
  }
}
