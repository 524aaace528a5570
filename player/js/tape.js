// What was heard, as levels by date: what the dial draws left of its needle. A ring of the last few minutes; pure.

const SLOT_MS = 50;
// A level rises within a quarter of a second and falls within one: at a few pixels a second the eye reads phrases, not hits.
const RISE = 0.2;
const FALL = 0.055;
const SLOTS = 6000; // five minutes
const BANDS = 3;

export class Tape {
  constructor() {
    this.levels = new Float32Array(SLOTS * BANDS);
    this.slots = new Float64Array(SLOTS).fill(-1);
    this.held = new Float32Array(BANDS);
  }

  /** Three levels 0…1 for what is heard at `date` (ms). */
  write(date, levels) {
    const slot = Math.floor(date / SLOT_MS);
    const place = slot % SLOTS;
    if (this.slots[place] === slot) return;
    this.slots[place] = slot;
    this.held = this.held.map((held, k) => held + (levels[k] > held ? RISE : FALL) * (levels[k] - held));
    this.levels.set(this.held, place * BANDS);
  }

  /** One band's level at `date`, smooth between slots; 0 where nothing was heard. */
  read(date, band) {
    const position = date / SLOT_MS - 0.5;
    const slot = Math.floor(position);
    const part = position - slot;
    return (1 - part) * this.#slot(slot, band) + part * this.#slot(slot + 1, band);
  }

  /** A slot that was missed while the page was busy takes its neighbour's level. */
  #slot(slot, band) {
    for (const near of [slot, slot - 1, slot + 1, slot - 2, slot + 2]) {
      const place = ((near % SLOTS) + SLOTS) % SLOTS;
      if (this.slots[place] === near) return this.levels[place * BANDS + band];
    }
    return 0;
  }
}
