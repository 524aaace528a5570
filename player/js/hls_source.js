// Plays by hls.js, our own copy of it. One of two ways to play (native_source.js is the other): they have the same shape.
// Knows the element and the playlist; when to try again is playback.js's business.
// Events: "failed" (fatal; detail: `broken`, only another source helps; `stale`, this is the end of an earlier session),
// "entries" (detail: segments with their dates).

import { bring, delivery } from "./api.js";
import { Larder } from "./larder.js";
import { loaderOf } from "./loader.js";
import { debug, error, info } from "./log.js";
import { Lookout, listed } from "./lookout.js";

const MODULE = "../vendor/hls.light.min.mjs";
// A server that wakes its station answers after up to ten seconds.
const RETRY = { maxNumRetry: 3, retryDelayMs: 500, maxRetryDelayMs: 4000, backoff: "exponential" };
const LIMIT_MS = 20000;
const NEVER_JUMP_S = 3600;
const PATIENCE = { maxTimeToFirstByteMs: 15000, maxLoadTimeMs: LIMIT_MS, timeoutRetry: RETRY, errorRetry: RETRY };

const CONFIG = {
  // A player stands three target durations behind the live edge (RFC 8216 §6.3.3), and jumps there again when it has
  // fallen far back. It never plays faster to catch up: stretched music is worse than a longer delay.
  liveSyncDurationCount: 3,
  liveMaxLatencyDurationCount: 10,
  maxLiveSyncPlaybackRate: 1,
  liveDurationInfinity: true,
  lowLatencyMode: false,
  // It tries a few times by itself; then "failed", and playback.js goes on trying for as long as one listens.
  manifestLoadPolicy: { default: PATIENCE },
  playlistLoadPolicy: { default: PATIENCE },
  fragLoadPolicy: { default: PATIENCE },
  maxBufferLength: 30,
  backBufferLength: 30,
  enableWorker: false,
  // It would put cues into a text track of a data: address, which the page's policy forbids; date ranges are read below.
  enableDateRangeMetadataCues: false,
  enableEmsgMetadataCues: false,
  enableID3MetadataCues: false,
};

/** The library's class where it is there and this browser can use it, else null. */
export async function hlsLibrary() {
  try {
    const { default: Hls } = await import(MODULE);
    return Hls.isSupported() ? Hls : null;
  } catch {
    info("playback", "hls.js is not here");
    return null;
  }
}

export class HlsSource extends EventTarget {
  constructor(Hls, audio) {
    super();
    this.Hls = Hls;
    this.audio = audio;

    this.larder = new Larder({
      bring: (url, signal) => bring(url, { signal, limitMs: LIMIT_MS }),
      beside: () => delivery.beside,
    });
    this.lookout = new Lookout({
      bring: (url, signal) => bring(url, { text: true, signal, limitMs: LIMIT_MS }),
      often: () => delivery.late,
      seen: ({ data, url }) => this.larder.list(listed(data, url)),
    });
    this.hls = new Hls({ ...CONFIG, fLoader: this.#chunks(), pLoader: this.#playlists() });
    this.recovered = 0;
    this.live = false;
    this.#listen();
    this.hls.attachMedia(audio);
  }

  load(playlist) {
    this.#adapt();
    this.hls.loadSource(playlist);
  }

  /** After "failed": go on where it stopped. */
  resume(playlist) {
    if (this.hls.levels.length === 0) this.hls.loadSource(playlist);
    else this.hls.startLoad(-1);
  }

  release() {
    this.hls.destroy();
    this.lookout.close();
    this.larder.close();
  }

  /** The programme date of what is heard, ms since 1970, or null. */
  playingDate() {
    return this.hls.playingDate?.getTime() ?? null;
  }

  /** Seconds behind the live edge, as the playlists tell; null before the first. */
  behindS() {
    return this.hls.latency > 0 ? this.hls.latency : null;
  }

  #chunks() {
    return loaderOf(({ url }, signal) => this.larder.take(url, signal));
  }

  #playlists() {
    const { lookout } = this;
    return loaderOf(({ url, type }, signal) =>
      type === "level" ? lookout.next(url, signal) : bring(url, { text: true, signal, limitMs: LIMIT_MS }),
    );
  }

  /** Where answers come late: begin further back, never jump to the edge while there is sound, keep to one rendition. */
  #adapt() {
    const { hls } = this;
    if (delivery.late) {
      hls.targetLatency = Math.max(delivery.startBehindS, hls.config.liveSyncDuration ?? 0);
      hls.config.liveMaxLatencyDuration = NEVER_JUMP_S;
    }
    const fixed = delivery.late && delivery.wide;
    if (fixed === hls.autoLevelEnabled && (!fixed || hls.loadLevel >= 0)) hls.loadLevel = fixed ? hls.loadLevel : -1;
  }

  #listen() {
    const { Events } = this.Hls;
    this.hls.on(Events.ERROR, (_, data) => this.#error(data));
    this.hls.on(Events.LEVEL_LOADED, (_, { details }) => this.#loaded(details));
    this.hls.on(Events.LEVEL_UPDATED, (_, { details }) => this.#entries(details.dateRanges));
    this.hls.on(Events.FRAG_BUFFERED, (_, { frag, stats }) => debug("chunk", chunkLine(frag, stats)));
  }

  #error({ fatal, type, details }) {
    if (!fatal) {
      debug("playback", `hls.js met ${details} and goes on`);
      return;
    }
    error("playback", `hls.js stopped: ${details}`);
    const media = type === this.Hls.ErrorTypes.MEDIA_ERROR;
    if (media && performance.now() - this.recovered > 10000) {
      this.recovered = performance.now();
      this.hls.recoverMediaError();
      this.audio.play().catch(() => {});
      return;
    }
    this.dispatchEvent(new CustomEvent("failed", { detail: { broken: type !== this.Hls.ErrorTypes.NETWORK_ERROR } }));
  }

  /** A playlist that has ended before we ever saw it alive is left over: its station has not begun anew yet. */
  #loaded({ live }) {
    this.#adapt();
    this.live ||= live;
    if (!this.live) this.dispatchEvent(new CustomEvent("failed", { detail: { broken: true, stale: true } }));
  }

  #entries(ranges) {
    const entries = Object.values(ranges ?? {}).map(entryOf).filter((entry) => entry.index !== null);
    if (entries.length > 0) this.dispatchEvent(new CustomEvent("entries", { detail: entries }));
  }
}

function entryOf({ startDate, attr }) {
  const index = Number.parseInt(attr["X-INDEX"], 10);
  return {
    index: Number.isFinite(index) ? index : null,
    title: attr["X-TITLE"] ?? null,
    prompt: attr["X-PROMPT"] ?? null,
    date: startDate.getTime(),
  };
}

function chunkLine(frag, { tookMs }) {
  const late = frag.programDateTime ? `, ${((Date.now() - frag.programDateTime) / 1000 - frag.duration).toFixed(1)} s after it was due` : "";
  return `${frag.sn} in ${Math.round(tookMs)} ms${late}`;
}
