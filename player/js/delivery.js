// How late the server's answers come, and what that asks of a player. Pure arithmetic over what was measured; knows no
// request, no element and no setting: a connection that is quick leaves everything as it is.

const HALVES_AFTER_S = 60; // a late answer is remembered for minutes: delays come back
const LATE_S = 2;
const QUICK_S = 1;
const MOST_S = 20;
const CHUNK_S = 4.096;
const BESIDE = 3; // a browser opens six connections to a host: three for chunks, two for playlists, one for news
const SLOW_BODY = 0.4; // share of a chunk's length: what takes longer is a narrow line, and wants smaller chunks

export class Delivery {
  constructor(now = () => performance.now()) {
    this.now = now;

    this.late = false;
    this.peak = { delayS: 0, bodyS: 0, at: now() };
    this.count = 0;
    this.times = { late: 0, since: -Infinity };
  }

  /** An answer began `delayS` after it was asked for and took `bodyS` more. True when that changed whether it is late. */
  learn(delayS, bodyS = 0) {
    const { delayS: before, bodyS: bodyBefore } = this.#faded();
    this.peak = { delayS: Math.max(before, Math.min(delayS, MOST_S)), bodyS: Math.max(bodyBefore, bodyS), at: this.now() };
    this.count += 1;
    this.#note(delayS);
    const wasLate = this.late;
    this.late = this.peak.delayS > (wasLate ? QUICK_S : LATE_S);
    if (!this.late) this.times.late = 0;
    return this.late !== wasLate;
  }

  /** The longest delay of the last minutes; what lies further back counts less and less. */
  get delayS() {
    return this.#faded().delayS;
  }

  /** What the next answer may well take: with few seen so far, longer than the longest of them. */
  get expectedS() {
    return Math.min(MOST_S, this.delayS * (1 + 1 / Math.max(1, this.count)));
  }

  /** It has been late more than once: a server that was restarted keeps all waiting too, but only that once. */
  get lasting() {
    return this.late && this.times.late > 1;
  }

  /** How far behind the newest chunk to begin; null: as players usually do. */
  get startBehindS() {
    return this.late ? this.expectedS + 2 * CHUNK_S : null;
  }

  /** How much must lie ready before sound begins, so that a row of slowest answers cannot use it up. */
  get readyS() {
    return this.late ? this.expectedS + CHUNK_S : 0;
  }

  /** How many chunks to fetch at a time. */
  get beside() {
    return this.late ? BESIDE : 1;
  }

  /** The line is wide and only long: there is no reason for smaller chunks, and changing to them costs three answers. */
  get wide() {
    return this.#faded().bodyS < SLOW_BODY * CHUNK_S;
  }

  /** Answers that waited together are one time: another is asked for after the first of them came. */
  #note(delayS) {
    const now = this.now();
    if (delayS < LATE_S || now - delayS * 1000 < this.times.since) return;
    this.times = { late: this.times.late + 1, since: now };
  }

  #faded() {
    const { delayS, bodyS, at } = this.peak;
    const share = 0.5 ** ((this.now() - at) / 1000 / HALVES_AFTER_S);
    return { delayS: delayS * share, bodyS: bodyS * share };
  }
}
