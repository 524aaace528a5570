// Which segment stands where in time. Playlists say it exactly (EXT-X-DATERANGE), the status roughly; the exact word wins.
// Pure bookkeeping in dates (ms since 1970); knows no player and no element.

const KEPT = 40;

export class Programme {
  constructor() {
    this.entries = new Map();
  }

  /** From a playlist. */
  learn(entries) {
    for (const entry of entries) this.#put({ ...entry, exact: true });
    this.#forget();
  }

  /** From a status: what is on the air at `airDate`, and what follows where that is known. */
  notice({ index, title, prompt, airDate, next }) {
    if (index !== null && airDate !== null && !this.entries.has(index)) {
      this.#put({ index, title, prompt, date: airDate, exact: false });
    }
    if (next?.index != null && next.date !== null && !this.entries.get(next.index)?.exact) this.#put({ ...next, exact: false });
    this.#forget();
  }

  /** The segment that is heard at `date`; null when none is known. */
  at(date) {
    let found = null;
    for (const entry of this.entries.values()) {
      if (entry.date <= date && (found === null || entry.date > found.date)) found = entry;
    }
    return found;
  }

  /** Those that begin between two dates, oldest first. */
  between(from, to) {
    const inside = [...this.entries.values()].filter((entry) => entry.date >= from && entry.date <= to);
    return inside.sort((a, b) => a.date - b.date);
  }

  /** Segments follow one another. What was only foretold and does not fit any more (the station was restarted, a plan was
   *  thrown away) never happens. */
  #put(entry) {
    for (const other of this.entries.values()) {
      const fits = other.index < entry.index ? other.date < entry.date : other.date > entry.date;
      if (!other.exact && !fits) this.entries.delete(other.index);
    }
    this.entries.set(entry.index, entry);
  }

  #forget() {
    if (this.entries.size <= KEPT) return;
    const oldest = [...this.entries.keys()].sort((a, b) => a - b).slice(0, this.entries.size - KEPT);
    for (const index of oldest) this.entries.delete(index);
  }
}
