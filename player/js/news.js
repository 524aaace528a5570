// News that the station pushes: `session/events`, server-sent events. `live` says whether they come just now: while they do
// not, station.js asks for itself. Events: "status" and "receipt" (detail: the body), "live" (they come, or stopped coming).
// Only a page that is seen listens: a browser opens six connections to a host, and a stream holds one for each tab.

import { info } from "./log.js";

const SILENT_MS = 15000; // the station says something every few seconds
const AGAIN_MS = 60000;

export class News extends EventTarget {
  constructor(address) {
    super();
    this.address = address;

    this.live = false;
    this.stream = null;
    this.timer = 0;
  }

  start() {
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#close() : this.#open()));
    if (!document.hidden) this.#open();
  }

  #open() {
    clearTimeout(this.timer);
    if (this.stream) return;
    const stream = (this.stream = new EventSource(this.address));
    for (const name of ["status", "receipt"]) stream.addEventListener(name, ({ data }) => this.#heard(name, data));
    stream.addEventListener("error", () => this.#failed());
  }

  #heard(name, data) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#silent(), SILENT_MS);
    this.#become(true);
    const detail = bodyOf(data);
    if (detail) this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** The browser connects again by itself, unless the answer was a refusal: an older server, or a proxy in between. */
  #failed() {
    if (this.stream?.readyState === EventSource.CLOSED) this.#rest(AGAIN_MS);
    else this.#become(false);
  }

  #silent() {
    info("news", "nothing came for a while: connecting anew");
    this.#rest(0);
  }

  #rest(waitMs) {
    this.#close();
    this.timer = setTimeout(() => document.hidden || this.#open(), waitMs);
  }

  #close() {
    clearTimeout(this.timer);
    this.stream?.close();
    this.stream = null;
    this.#become(false);
  }

  #become(live) {
    if (live === this.live) return;
    this.live = live;
    info("news", live ? "are pushed" : "are asked for");
    this.dispatchEvent(new Event("live"));
  }
}

function bodyOf(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
