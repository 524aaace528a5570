// The station as the page knows it: its newest status, its clock, and the three things one can ask of it.
// How news arrives is this module's secret: it asks every two seconds, and a pushed stream can take its place here.
// Knows no sound and no element. Events: "status" (news, or the loss of contact).

import { Refused, ask } from "./api.js";
import { Backoff } from "./backoff.js";
import { info } from "./log.js";

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
    this.backoff = new Backoff();
    this.timer = 0;
    this.skewMs = 0;
  }

  address(path) {
    return new URL(path, this.base).href;
  }

  /** Begin to ask, now and then for as long as the page lives. */
  start() {
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
    window.addEventListener("online", () => this.refresh());
    this.refresh();
  }

  /** Ask now instead of at the next turn. */
  refresh() {
    clearTimeout(this.timer);
    return this.#poll();
  }

  /** The server's clock, ms since 1970. */
  now() {
    return Date.now() + this.skewMs;
  }

  /** The date of what the station broadcasts at this moment, ms; null while it is off the air. */
  airDate() {
    if (this.status?.airDate == null) return null;
    return this.status.airDate + (performance.now() - this.status.receivedMs);
  }

  /** Steer. Answers with a receipt. Throws `Refused`. */
  async steer(prompt) {
    const answer = await ask(this.address("session/prompt"), { body: { prompt, when: "next" } });
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
      const asked = Date.now();
      const raw = await ask(this.address("session/status"), { quiet: true });
      if (round !== this.round) return;
      this.#take(raw, (asked + Date.now()) / 2);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (round !== this.round) return;
      wait = Math.max(this.backoff.next(), refused.retryAfterS ? refused.retryAfterS * 1000 : 0);
      this.#miss();
    }
    this.timer = setTimeout(() => this.#poll(), wait);
  }

  #take(raw, middleMs) {
    const before = this.status;
    this.status = normal(raw);
    this.backoff.reset();
    if (this.status.nowDate !== null) this.skewMs = this.status.nowDate - middleMs;
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
}

/** A status with every field there, whatever the server left out. Dates are ms since 1970. */
export function normal(raw) {
  const next = raw.next ?? null;
  return {
    receivedMs: performance.now(),
    nowDate: date(raw.now),
    airDate: raw.state === "idle" ? null : date(raw.air_date),
    state: text(raw.state) ?? "idle",
    idleReason: text(raw.idle_reason),
    index: number(raw.segment_index),
    title: text(raw.title),
    prompt: text(raw.prompt),
    next: next && { index: number(next.segment_index), title: text(next.title), prompt: text(next.prompt), date: date(next.audible_at) },
    pending: raw.pending?.prompt ? receiptOf(raw.pending, raw.pending.prompt) : null,
    headroomS: number(raw.headroom_seconds),
    generatingIndex: number(raw.generating_index),
    progress: number(raw.generation?.progress),
    listeners: number(raw.listeners),
    rung: text(raw.engine?.rung),
    wantedRung: text(raw.engine?.wanted),
    error: text(raw.error),
  };
}

/** A receipt with every field there; null when the server named no segment. */
export function receiptOf(raw, prompt) {
  const index = number(raw?.segment_index);
  if (index === null) return null;
  return { index, prompt: text(raw.prompt) ?? prompt, date: date(raw.audible_at), inS: number(raw.audible_in_seconds), takenMs: performance.now() };
}

function number(value) {
  return Number.isFinite(value) ? value : null;
}

function text(value) {
  return typeof value === "string" && value !== "" ? value : null;
}

function date(value) {
  const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : null;
}
