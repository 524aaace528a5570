// Holds the sound back until enough of it lies ready, where answers come so late that it would break off again at once.
// Stops time in the element itself: to pause it would look like a listener's pause. Decides nothing else.

const LONGEST_MS = 60000;

export class Hold {
  constructor(audio, delivery) {
    this.audio = audio;
    this.delivery = delivery;

    this.since = null;
  }

  get on() {
    return this.since !== null;
  }

  /** From a start, or when the sound broke off. Does nothing where answers are quick. */
  begin() {
    if (this.on || this.#readyS() >= this.delivery.readyS) return;
    this.since = performance.now();
    this.#pace(0);
  }

  /** Let go when enough is there, or when waiting longer would help nobody. True when that was now. */
  look() {
    if (!this.on) return false;
    if (this.#readyS() < this.delivery.readyS && performance.now() - this.since < LONGEST_MS) return false;
    this.end();
    return true;
  }

  end() {
    this.since = null;
    this.#pace(1);
  }

  #readyS() {
    const { buffered, currentTime } = this.audio;
    for (let k = 0; k < buffered.length; k += 1) {
      if (buffered.start(k) <= currentTime + 0.5 && buffered.end(k) > currentTime) return buffered.end(k) - currentTime;
    }
    return 0;
  }

  /** A newly attached source begins at the default rate. */
  #pace(rate) {
    this.audio.defaultPlaybackRate = rate;
    this.audio.playbackRate = rate;
  }
}
