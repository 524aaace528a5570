// Chunks fetched before the player asks for them, side by side: one after another, answers that take longer than a chunk
// plays would never keep up. Bounded; what was fetched and is not wanted any more is dropped.
// Knows addresses in their order and nothing of what they hold.

const MOST = 8; // chunks that lie ready or are on their way

export class Larder {
  /** `bring(url, signal)` promises an answer; `beside()` says how many may be on their way at a time. */
  constructor({ bring, beside }) {
    this.bring = bring;
    this.beside = beside;

    this.coming = [];
    this.last = null;
    this.items = new Map();
    this.busy = 0;
  }

  /** What a playlist lists, oldest first: see `listed`. */
  list(places) {
    this.coming = places;
    this.#stock();
  }

  /** What lies at `url`: from the larder, or fetched now. Throws what `bring` throws. */
  async take(url, signal) {
    if (this.coming.some((place) => place.url === url && !place.map)) this.last = url;
    const item = this.items.get(url);
    this.items.delete(url);
    this.#clear();
    const wanted = item?.answer ?? this.#fetch(url, signal); // before all others
    this.#stock();
    return (await wanted) ?? this.#fetch(url, signal);
  }

  close() {
    this.coming = [];
    this.#clear();
  }

  #wanted() {
    const from = this.coming.findIndex(({ url }) => url === this.last);
    return from < 0 ? [] : this.coming.slice(from + 1, from + 1 + MOST).map(({ url }) => url);
  }

  #stock() {
    if (this.beside() < 2) return;
    for (const url of this.#wanted()) {
      if (this.busy >= this.beside()) return;
      if (!this.items.has(url)) this.#put(url);
    }
  }

  /** A failure here is nobody's yet: it becomes null, and whoever takes it asks again. */
  #put(url) {
    const stop = new AbortController();
    const answer = this.#fetch(url, stop.signal).catch(() => null);
    this.items.set(url, { answer, stop });
  }

  async #fetch(url, signal) {
    this.busy += 1;
    try {
      return await this.bring(url, signal);
    } finally {
      this.busy -= 1;
      this.#stock();
    }
  }

  #clear() {
    const wanted = new Set(this.#wanted());
    for (const [url, { stop }] of this.items) {
      if (wanted.has(url)) continue;
      stop.abort();
      this.items.delete(url);
    }
  }
}
