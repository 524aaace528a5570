// What the lock screen, the headphones' buttons and the keyboard's media keys see and do.

export class MediaKeys {
  constructor({ play, stop }) {
    this.session = navigator.mediaSession ?? null;

    this.shown = "";
    this.#handle("play", play);
    this.#handle("pause", stop);
    this.#handle("stop", stop);
  }

  show({ title, prompt, playing }) {
    if (!this.session) return;
    this.session.playbackState = playing ? "playing" : "none";
    const line = `${title}\n${prompt}`;
    if (line === this.shown || typeof MediaMetadata === "undefined") return;
    this.shown = line;
    const icon = { src: new URL("../icon.svg", import.meta.url).href, sizes: "any", type: "image/svg+xml" };
    this.session.metadata = new MediaMetadata({ title, artist: "Longwave", album: prompt, artwork: [icon] });
  }

  #handle(action, handler) {
    try {
      this.session?.setActionHandler(action, handler);
    } catch {
      // A browser that does not know this action.
    }
  }
}
