// The station as the page knows it: its newest status, and the three things one can ask of it.
// How news arrives is this module's secret: pushed (news.js), and asked for every two seconds while nothing is pushed.
// Knows no sound and no element. Events: "status" (news, or the loss of contact), "receipt" (detail: one receipt).

import { Refused, ask } from "./api.js";
import { Backoff } from "./backoff.js";
import { info } from "./log.js";
import { News } from "./news.js";
import { normal, receiptOf } from "./status.js";

const EVERY_MS = 2000;
const HIDDEN_MS = 10000;
const LOST_AFTER_FAILURES = 2;

export class Station extends EventTarget {
  constructor(base) {
    super();
    this.base = base;

    this.status = null;
    this.lost = false;
    this.playlist = this.address("live.m3u8");
    this.news = new News(this.address("session/events"));
    this.backoff = new Backoff();
    this.timer = 0;
  }

  address(path) {
    return new URL(path, this.base).href;
  }

  /** Begin to ask, now and then for as long as the page lives. */
  start() {
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
    window.addEventListener("online", () => this.refresh());
    this.news.addEventListener("live", () => this.news.live || this.refresh());
    this.news.addEventListener("status", ({ detail }) => this.#take(detail, performance.now()));
    this.news.addEventListener("receipt", ({ detail }) => this.#receipt(detail));
    this.refresh();
    this.news.start();
  }

  /** Ask now instead of at the next turn. */
  refresh() {
    clearTimeout(this.timer);
    return this.#poll();
  }

  /** The date of what the station broadcasts at this moment, ms; null while it is off the air. */
  airDate() {
    if (this.status?.airDate == null) return null;
    return this.status.airDate + (performance.now() - this.status.receivedMs);
  }

  /** Steer; `when` is "next" or "now". Answers with a receipt. Throws `Refused`. */
  async steer(prompt, when) {
    const answer = await ask(this.address("session/prompt"), { body: { prompt, when } });
    return receiptOf(answer, prompt);
  }

  /** Start the station, with these words when there are any. A receipt, or null. Throws `Refused`. */
  async begin(prompt) {
    const answer = await ask(this.address("session/start"), { body: prompt ? { prompt } : {} });
    return prompt ? receiptOf(answer.receipt ?? answer, prompt) : null;
  }

  /** End the station for everybody. Throws `Refused`. */
  async end() {
    await ask(this.address("session/stop"), { body: {} });
    await this.refresh();
  }

  async #poll() {
    const round = (this.round = (this.round ?? 0) + 1);
    let wait = document.hidden ? HIDDEN_MS : EVERY_MS;
    try {
      const asked = performance.now();
      const raw = await ask(this.address("session/status"), { quiet: true });
      if (round !== this.round) return;
      this.#take(raw, (asked + performance.now()) / 2);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (round !== this.round) return;
      wait = Math.max(this.backoff.next(), refused.retryAfterS ? refused.retryAfterS * 1000 : 0);
      this.#miss();
    }
    clearTimeout(this.timer);
    if (!this.news.live) this.timer = setTimeout(() => this.#poll(), wait);
  }

  /** `takenMs`: when it was true, as near as that can be told. */
  #take(raw, takenMs) {
    const before = this.status;
    this.status = normal(raw, takenMs);
    this.backoff.reset();
    if (before?.state !== this.status.state) info("station", `${before?.state ?? "unknown"} → ${this.status.state}`);
    if (this.lost) info("station", "answers again");
    this.lost = false;
    this.dispatchEvent(new Event("status"));
  }

  #miss() {
    if (this.backoff.tries < LOST_AFTER_FAILURES || this.lost) return;
    this.lost = true;
    this.dispatchEvent(new Event("status"));
  }

  #receipt(raw) {
    const detail = receiptOf(raw, "");
    if (detail !== null) this.dispatchEvent(new CustomEvent("receipt", { detail }));
  }
}
