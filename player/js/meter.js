// How loud what one hears is, in three bands, by the Web Audio analyser. Only where it cannot hurt the sound: not in
// Apple's browsers, where the browser's own HLS is silent to it and a locked phone would stop it. There, and before the
// first press, the levels are a slow movement of their own.

const FFT_SIZE = 2048;
const BANDS_HZ = [[30, 220], [220, 1800], [1800, 9000]];
const FLOOR_DB = -95;
const SILENT_DB = -88;
const RANGE_DB = 22; // from nothing to full
const USUAL = 0.55; // the level of sound that is as loud as it has been of late
const ADAPT = 0.004; // per frame: about eight seconds

export class Meter {
  constructor(audio) {
    this.audio = audio;

    this.context = null;
    this.analyser = null;
    this.means = BANDS_HZ.map(() => null);
  }

  /** Call it from a press. Does nothing where the analyser must not or cannot be. */
  async start() {
    if (navigator.vendor.startsWith("Apple") || typeof AudioContext === "undefined") return;
    this.context ??= new AudioContext({ latencyHint: "playback" });
    await this.context.resume().catch(() => {});
    // Connected to a context that does not run, the element would be silent.
    if (this.analyser || this.context.state !== "running") return;
    this.#connect();
  }

  /** The three levels, 0…1. */
  levels() {
    if (!this.analyser || this.audio.muted || this.audio.volume === 0) return drifting(performance.now() / 1000);
    this.analyser.getFloatFrequencyData(this.bins);
    const up = -20 * Math.log10(this.audio.volume);
    return BANDS_HZ.map((band, k) => this.#level(k, this.#power(band) + up));
  }

  #connect() {
    this.analyser = new AnalyserNode(this.context, { fftSize: FFT_SIZE, smoothingTimeConstant: 0.55 });
    this.bins = new Float32Array(this.analyser.frequencyBinCount);
    const source = this.context.createMediaElementSource(this.audio);
    source.connect(this.analyser);
    source.connect(this.context.destination);
    this.context.addEventListener("statechange", () => this.context.state === "running" || this.context.resume().catch(() => {}));
  }

  /** Mean power of a band in dB. */
  #power([low, high]) {
    const perBin = this.context.sampleRate / FFT_SIZE;
    const from = Math.max(1, Math.floor(low / perBin));
    const to = Math.min(this.bins.length, Math.ceil(high / perBin));
    let sum = 0;
    for (let k = from; k < to; k += 1) sum += 10 ** (Math.max(FLOOR_DB, this.bins[k]) / 10);
    return 10 * Math.log10(sum / (to - from));
  }

  /** Against the band's own mean of late, so that quiet music moves too and a drone stands calm. */
  #level(band, db) {
    if (db < SILENT_DB) return 0;
    this.means[band] ??= db;
    this.means[band] += ADAPT * (db - this.means[band]);
    return Math.min(1, Math.max(0, USUAL + (db - this.means[band]) / RANGE_DB));
  }
}

/** Levels for when none can be measured: three slow waves that never quite meet. `t` in seconds. */
export function drifting(t) {
  return [0.45 + 0.25 * Math.sin(t * 0.9), 0.4 + 0.22 * Math.sin(t * 1.37 + 1), 0.35 + 0.2 * Math.sin(t * 2.11 + 2)];
}
