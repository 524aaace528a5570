// Playlists, asked for again before the last answer came when answers come late, so that news is one delay old and not two.
// The newest answer wins. Says every new playlist to `seen` at once; hands them to the player when that asks.

const EVERY_MS = 4000;
const BESIDE = 2;
const FORGOTTEN_MS = 30000; // the player asks for this playlist no more

export class Lookout {
  /** `bring(url, signal)` promises an answer; `often()` says whether to ask before the last answer came. */
  constructor({ bring, often, seen }) {
    this.bring = bring;
    this.often = often;
    this.seen = seen;

    this.waiting = [];
    this.close();
  }

  /** The next playlist that the player has not had. Throws what `bring` throws when there is no other on its way. */
  next(url, signal) {
    if (url !== this.url) this.#turn(url);
    this.wantedAt = performance.now();
    const { fresh } = this;
    this.fresh = null;
    if (fresh) return Promise.resolve(fresh);
    if (this.asked.size === 0) this.#ask();
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      this.waiting.push(waiter);
      signal.addEventListener("abort", () => (this.waiting = this.waiting.filter((other) => other !== waiter)), { once: true });
    });
  }

  close() {
    clearInterval(this.timer);
    this.stop?.abort();
    this.stop = new AbortController();
    this.url = null;
    this.fresh = null;
    this.asked = new Set();
    this.#settle(({ reject }) => reject(new Error("another playlist is wanted")));
    this.number = 0;
    this.newest = 0;
  }

  #turn(url) {
    this.close();
    this.url = url;
    this.timer = setInterval(() => this.#look(), EVERY_MS);
  }

  #look() {
    if (performance.now() - this.wantedAt > FORGOTTEN_MS) this.close();
    else if (this.often() && this.asked.size < BESIDE) this.#ask();
  }

  async #ask() {
    const { url, asked, stop } = this;
    const number = (this.number += 1);
    asked.add(number);
    try {
      const answer = await this.bring(url, stop.signal);
      asked.delete(number);
      if (!stop.signal.aborted && number > this.newest) this.#take(number, answer);
    } catch (cause) {
      asked.delete(number);
      if (!stop.signal.aborted && asked.size === 0) this.#settle(({ reject }) => reject(cause));
    }
  }

  #take(number, answer) {
    this.newest = number;
    this.seen(answer);
    if (this.waiting.length === 0) this.fresh = answer;
    else this.#settle(({ resolve }) => resolve(answer));
  }

  #settle(action) {
    const { waiting } = this;
    this.waiting = [];
    waiting.forEach(action);
  }
}

/** What a media playlist lists, oldest first, each `{ url, map }`: chunks and, before its first, what an epoch begins with. */
export function listed(text, base) {
  const found = [];
  for (const line of text.split("\n").map((each) => each.trim())) {
    const map = line.startsWith("#EXT-X-MAP:") ? line.match(/URI="([^"]+)"/)?.[1] : undefined;
    const name = map ?? (line.startsWith("#") ? "" : line);
    if (name) found.push({ url: new URL(name, base).href, map: map !== undefined });
  }
  return found;
}
