// Receipts: what was asked for and when it is heard. Each counts down to this listener's own ear, follows corrections, and
// goes when it was heard or when it will not come. Keeps the list; js/view.js shows it.

const KEPT = 4;
const LINGER_MS = 20000;
const LOST_LINGER_MS = 8000;
const CORRECTED_MS = 500;
const LOST = ["superseded", "dropped"];

export class Receipts {
  constructor() {
    this.list = [];
  }

  /** A new one, or better news of one that is known (its segment may come later than was said). */
  take(receipt, nowMs = performance.now()) {
    if (receipt === null) return;
    // Numbers begin anew with a new server: other words are another receipt.
    const known = this.list.find(({ key, prompt }) => key === receipt.key && prompt === receipt.prompt);
    if (known) this.#update(known, receipt, nowMs);
    else if (!LOST.includes(receipt.state)) this.#add(receipt);
  }

  #add(receipt) {
    const others = this.list.filter(({ key }) => key !== receipt.key);
    this.list = [{ ...receipt, saidDate: receipt.date, heardMs: null, lostMs: null }, ...others].slice(0, KEPT);
  }

  #update(known, receipt, nowMs) {
    if (known.heardMs !== null || known.lostMs !== null) return;
    if (LOST.includes(receipt.state)) known.lostMs = nowMs;
    Object.assign(known, { index: receipt.index, state: receipt.state, corrected: known.corrected || receipt.corrected });
    if (receipt.date !== null) known.date = receipt.date;
    else if (receipt.inS !== null) Object.assign(known, { inS: receipt.inS, takenMs: receipt.takenMs });
    known.saidDate ??= receipt.date;
  }

  /** Bring all up to date. `ear` is the date of what is heard, `heard` the segment. True when one was heard just now. */
  tick({ ear, heard }, nowMs = performance.now()) {
    let arrived = false;
    for (const receipt of this.list) {
      if (receipt.heardMs !== null || receipt.lostMs !== null) continue;
      receipt.leftS = left(receipt, ear, nowMs);
      const there = receipt.leftS !== null && receipt.leftS <= 0;
      if (there || (heard !== null && heard > receipt.index)) {
        receipt.heardMs = nowMs;
        arrived = true;
        this.list = this.list.filter((other) => other === receipt || other.heardMs === null);
      }
    }
    this.list = this.list.filter((receipt) => stays(receipt, nowMs));
    return arrived;
  }

  /** Nothing that was asked for will come any more: the station was ended. */
  clear() {
    this.list = [];
  }

  waiting() {
    return this.list.filter(({ heardMs, lostMs, date }) => heardMs === null && lostMs === null && date !== null);
  }
}

/** Whether it comes "later" or "sooner" than was said first; null when it comes as said. */
export function correctionOf({ corrected, date, saidDate }) {
  if (!corrected || date === null || saidDate === null || Math.abs(date - saidDate) < CORRECTED_MS) return null;
  return date > saidDate ? "later" : "sooner";
}

function stays({ heardMs, lostMs }, nowMs) {
  if (lostMs !== null) return nowMs - lostMs < LOST_LINGER_MS;
  return heardMs === null || nowMs - heardMs < LINGER_MS;
}

/** Seconds until it is heard: by the date where that is known, else by what the server said; null when neither is. */
function left({ date, inS, takenMs }, ear, nowMs) {
  if (date !== null && ear !== null) return (date - ear) / 1000;
  return inS === null ? null : inS - (nowMs - takenMs) / 1000;
}
