// Listening: from the press of play to the press of stop it keeps the music coming, whatever happens in between.
// States: stopped, waking, waiting, playing, reconnecting, ended, blocked, unsupported. Event: "change".
// Knows the playlist's address and nothing else of the station. Before the first press it fetches nothing but hls.js.

import { Refused, delivery, knock } from "./api.js";
import { Backoff } from "./backoff.js";
import { Hold } from "./hold.js";
import { HlsSource, hlsLibrary } from "./hls_source.js";
import { info } from "./log.js";
import { NativeSource, playsNatively } from "./native_source.js";

const KNOCK_LIMIT_MS = 15000; // the server waits up to 10 s for a station that wakes
const LOOK_EVERY_MS = 1000;
const HOLE_AFTER_MS = 1500;
const STUCK_AFTER_MS = 9000;

export class Playback extends EventTarget {
  constructor(audio, playlist, { native = false } = {}) {
    super();
    this.audio = audio;
    this.playlist = playlist;

    this.state = "stopped";
    this.detail = "";
    this.wanted = false;
    this.source = null;
    this.backoff = new Backoff();
    this.hold = new Hold(audio, delivery);
    this.moved = { at: 0, time: 0 };
    this.library = native ? Promise.resolve(null) : hlsLibrary();
    this.Hls = null;
    this.library.then((Hls) => (this.Hls = Hls));
    this.#listen();
  }

  /** Call it from a press: browsers allow sound only then. */
  async play() {
    if (this.wanted) return;
    this.wanted = true;
    this.#become("waking");
    await this.#readied();
    if (!this.wanted) return;
    if (!this.#open()) return;
    this.moved = { at: performance.now() + KNOCK_LIMIT_MS, time: 0 };
    this.watch = setInterval(() => this.#look(), LOOK_EVERY_MS);
    if (this.Hls) this.#tune();
    else this.source.load(this.playlist);
    this.#sound();
  }

  /** Listening ends; the station does not. */
  stop() {
    this.#close();
    this.#become("stopped");
  }

  /** The station answers again: try now instead of at the next turn. */
  hurry() {
    this.dispatchEvent(new Event("hurry"));
  }

  /** The programme date of what is heard, ms since 1970, or null. */
  playingDate() {
    return this.state === "playing" || this.state === "reconnecting" ? (this.source?.playingDate() ?? null) : null;
  }

  behindS() {
    return this.state === "playing" ? (this.source?.behindS() ?? null) : null;
  }

  /** The library is awaited only when it is still on its way: a press stays a press as long as nothing is awaited. */
  #readied() {
    return this.Hls ? undefined : this.library;
  }

  #open() {
    if (this.Hls) this.source = new HlsSource(this.Hls, this.audio);
    else if (playsNatively(this.audio)) this.source = new NativeSource(this.audio);
    else {
      this.wanted = false;
      this.#become("unsupported");
      return false;
    }
    this.source.addEventListener("failed", (event) => this.#failed(event.detail));
    this.source.addEventListener("entries", ({ detail }) => this.dispatchEvent(new CustomEvent("entries", { detail })));
    return true;
  }

  #close() {
    this.wanted = false;
    clearInterval(this.watch);
    this.tuning?.abort();
    this.tuning = null;
    this.source?.release();
    this.source = null;
    this.audio.pause();
    this.hold.end();
    this.backoff.reset();
  }

  /** Knock until the playlist is there, then play it. */
  async #tune(mend = (source) => source.load(this.playlist), waitMs = 0) {
    this.tuning?.abort();
    const tuning = (this.tuning = new AbortController());
    if (waitMs > 0) await this.#pause(waitMs, tuning.signal);
    while (!tuning.signal.aborted) {
      try {
        await knock(this.playlist, { signal: tuning.signal, limitMs: KNOCK_LIMIT_MS });
        if (tuning.signal.aborted) return;
        this.tuning = null;
        this.moved = { at: performance.now(), time: this.audio.currentTime };
        mend(this.source);
        this.hold.begin();
        this.#sound();
        return;
      } catch (refused) {
        if (!(refused instanceof Refused)) throw refused;
        await this.#refused(refused, tuning.signal);
      }
    }
  }

  #refused(refused, signal) {
    if (signal.aborted) return undefined;
    this.#become(refused.status === 503 ? "waking" : "reconnecting", refused.status ? refused.message : "");
    return this.#pause(refused.retryAfterS === null ? this.backoff.next() : refused.retryAfterS * 1000, signal);
  }

  /** Wait so long, or until it is worth while to try at once. */
  #pause(waitMs, signal) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      const now = () => (clearTimeout(timer), resolve());
      signal.addEventListener("abort", now, { once: true });
      this.addEventListener("hurry", now, { once: true });
    });
  }

  #sound() {
    this.audio.play().catch((cause) => {
      if (cause.name !== "NotAllowedError" || !this.wanted) return;
      this.#close();
      this.#become("blocked");
    });
  }

  #failed({ broken, stale }) {
    if (!this.wanted || this.tuning) return;
    this.#become(stale ? "waking" : "reconnecting");
    if (broken) this.#rebuild(stale ? this.backoff.next() : 0);
    else this.#tune((source) => source.resume(this.playlist));
  }

  /** The last means: begin anew, as if play had been pressed just now. */
  #rebuild(waitMs = 0) {
    info("playback", "begins anew");
    this.rebuilding = true;
    this.source?.release();
    this.#open();
    this.rebuilding = false;
    this.#tune(undefined, waitMs);
  }

  /** Once a second: has the sound moved on? */
  #look() {
    const now = performance.now();
    if (this.hold.on && !this.hold.look()) {
      this.moved = { at: now, time: this.audio.currentTime };
      return;
    }
    if (this.audio.currentTime !== this.moved.time) {
      this.moved = { at: now, time: this.audio.currentTime };
      if (!this.tuning && !this.audio.paused) this.#moves();
      return;
    }
    if (this.tuning) return;
    const stuckMs = now - this.moved.at;
    if (stuckMs > HOLE_AFTER_MS) this.#leap();
    if (stuckMs < STUCK_AFTER_MS + 3000 * delivery.expectedS) return;
    this.moved.at = now;
    this.#become("reconnecting");
    this.#rebuild();
  }

  /** Over a hole, as one that a station's restart leaves: to the sound that lies beyond it. */
  #leap() {
    const { buffered, currentTime } = this.audio;
    for (let k = 0; k < buffered.length; k += 1) {
      if (buffered.start(k) <= currentTime) continue;
      info("playback", `leaps ${(buffered.start(k) - currentTime).toFixed(1)} s over a hole`);
      this.audio.currentTime = buffered.start(k) + 0.01;
      return;
    }
  }

  #moves() {
    if (this.hold.on) {
      this.#become("waiting");
      return;
    }
    if (this.audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) return;
    this.backoff.reset();
    this.#become("playing");
  }

  #listen() {
    const { audio } = this;
    audio.addEventListener("playing", () => this.wanted && !this.tuning && this.#moves());
    audio.addEventListener("waiting", () => this.state === "playing" && this.#broke());
    audio.addEventListener("ended", () => this.wanted && this.#ended());
    // Somebody else paused it: a headphone that came off, a call, the system. Live sound cannot wait: stop.
    audio.addEventListener("pause", () => this.wanted && !this.rebuilding && this.state === "playing" && !audio.ended && this.stop());
  }

  #broke() {
    if (this.Hls && delivery.lasting) this.hold.begin();
    this.#become("waiting");
  }

  #ended() {
    this.#close();
    this.#become("ended");
  }

  #become(state, detail = "") {
    if (state === this.state && detail === this.detail) return;
    info("playback", `${this.state} → ${state}${detail ? `: ${detail}` : ""}`);
    this.state = state;
    this.detail = detail;
    this.dispatchEvent(new Event("change"));
  }
}
