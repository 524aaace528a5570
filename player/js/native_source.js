// Plays by the browser's own HLS: Safari, iOS, and whoever else says it can. The other way is hls_source.js.
// It tells less: the date of what is heard only where the browser knows `getStartDate`, and no segments.
// Events: "failed".

const TYPE = "application/vnd.apple.mpegurl";

export function playsNatively(audio) {
  return audio.canPlayType(TYPE) !== "";
}

export class NativeSource extends EventTarget {
  constructor(audio) {
    super();
    this.audio = audio;

    this.loaded = false;
    this.onError = () => this.loaded && this.dispatchEvent(new CustomEvent("failed", { detail: { broken: true } }));
    audio.addEventListener("error", this.onError);
  }

  load(playlist) {
    this.loaded = true;
    this.audio.src = playlist;
    this.audio.load();
  }

  resume(playlist) {
    this.load(playlist);
  }

  release() {
    this.audio.removeEventListener("error", this.onError);
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  playingDate() {
    const start = this.audio.getStartDate?.().getTime();
    return Number.isFinite(start) ? start + this.audio.currentTime * 1000 : null;
  }

  behindS() {
    const { seekable, currentTime } = this.audio;
    if (seekable.length === 0) return null;
    const end = seekable.end(seekable.length - 1);
    return Number.isFinite(end) && end > currentTime ? end - currentTime : null;
  }
}
