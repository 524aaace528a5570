// The date of what this listener hears, smooth enough to draw by: players tell it in steps, this fills them in.
// Where the player cannot tell, it is the air's date less the delay that players usually have.

const USUAL_DELAY_MS = 12500; // three target durations of 4 s
const SNAP_MS = 700;
const PULL = 0.08;

export class Ear {
  constructor(station, playback) {
    this.station = station;
    this.playback = playback;

    this.offset = null;
  }

  /** Called as often as one likes. ms since 1970; null when nothing is on the air. */
  date() {
    const told = this.#told();
    if (told === null) {
      this.offset = null;
      return null;
    }
    const offset = told - performance.now();
    const error = this.offset === null ? Infinity : offset - this.offset;
    this.offset = Math.abs(error) > SNAP_MS ? offset : this.offset + PULL * error;
    return this.offset + performance.now();
  }

  /** Seconds between the air and this ear; null when not listening. */
  behindS() {
    const air = this.station.airDate();
    const playing = this.playback.playingDate();
    if (air !== null && playing !== null) return Math.max(0, (air - playing) / 1000);
    return this.playback.behindS();
  }

  #told() {
    const playing = this.playback.playingDate();
    if (playing !== null) return playing;
    const air = this.station.airDate();
    if (air === null || !this.playback.wanted) return air;
    const behind = this.playback.behindS();
    return air - (behind === null ? USUAL_DELAY_MS : behind * 1000);
  }
}
