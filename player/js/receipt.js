// Receipts: what was asked for and when it is heard. Each counts down to this listener's own ear.
// Keeps the list; js/view.js shows it.

const KEPT = 4;
const LINGER_MS = 20000;

export class Receipts {
  constructor() {
    this.list = [];
  }

  /** A new one, or better news of one that is known (its segment may come later than was said). */
  take(receipt) {
    if (receipt === null) return;
    const known = this.list.find(({ index }) => index === receipt.index);
    if (known) {
      if (known.heardMs !== null) return;
      known.prompt = receipt.prompt;
      if (receipt.date !== null) known.date = receipt.date;
      else if (receipt.inS !== null) Object.assign(known, { inS: receipt.inS, takenMs: receipt.takenMs });
      return;
    }
    this.list = [{ ...receipt, heardMs: null }, ...this.list].slice(0, KEPT);
  }

  /** Bring all up to date. `ear` is the date of what is heard, `heard` the segment. True when one was heard just now. */
  tick({ ear, heard }, nowMs = performance.now()) {
    let arrived = false;
    for (const receipt of this.list) {
      if (receipt.heardMs !== null) continue;
      receipt.leftS = left(receipt, ear, nowMs);
      const there = receipt.leftS !== null && receipt.leftS <= 0;
      if (there || (heard !== null && heard > receipt.index)) {
        receipt.heardMs = nowMs;
        arrived = true;
        this.list = this.list.filter((other) => other === receipt || other.heardMs === null);
      }
    }
    this.list = this.list.filter(({ heardMs }) => heardMs === null || nowMs - heardMs < LINGER_MS);
    return arrived;
  }

  /** Nothing that was asked for will come any more: the station was ended. */
  clear() {
    this.list = [];
  }

  waiting() {
    return this.list.filter(({ heardMs, date }) => heardMs === null && date !== null);
  }
}

/** Seconds until it is heard: by the date where that is known, else by what the server said; null when neither is. */
function left({ date, inS, takenMs }, ear, nowMs) {
  if (date !== null && ear !== null) return (date - ear) / 1000;
  return inS === null ? null : inS - (nowMs - takenMs) / 1000;
}
