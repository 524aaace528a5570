// What was heard, as levels by date: what the dial draws left of its needle. A ring of the last few minutes; pure.

const SLOT_MS = 50;
// A level rises within a quarter of a second and falls within one: at a few pixels a second the eye reads phrases, not hits.
const RISE = 0.2;
const FALL = 0.06;
const FILLED = 40; // slots: what a busy page missed, up to two seconds
const SLOTS = 6000; // five minutes
const BANDS = 3;

export class Tape {
  constructor() {
    this.levels = new Float32Array(SLOTS * BANDS);
    this.slots = new Float64Array(SLOTS).fill(-1);
    this.held = new Float32Array(BANDS);
    this.last = 0;
  }

  /** Three levels 0…1 for what is heard at `date` (ms). */
  write(date, levels) {
    const slot = Math.floor(date / SLOT_MS);
    const missed = slot - this.last;
    if (missed === 0) return;
    this.held = this.held.map((held, k) => held + (levels[k] > held ? RISE : FALL) * (levels[k] - held));
    for (let k = missed > 0 && missed <= FILLED ? this.last + 1 : slot; k <= slot; k += 1) this.#put(k);
    this.last = slot;
  }

  #put(slot) {
    const place = slot % SLOTS;
    this.slots[place] = slot;
    this.levels.set(this.held, place * BANDS);
  }

  /** One band's level at `date`, smooth between slots; 0 where nothing was heard. */
  read(date, band) {
    const position = date / SLOT_MS - 0.5;
    const slot = Math.floor(position);
    const part = position - slot;
    return (1 - part) * this.#slot(slot, band) + part * this.#slot(slot + 1, band);
  }

  #slot(slot, band) {
    const place = ((slot % SLOTS) + SLOTS) % SLOTS;
    return this.slots[place] === slot ? this.levels[place * BANDS + band] : 0;
  }
}
