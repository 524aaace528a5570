// The volume: a slider and a mute button, remembered in this browser. iOS leaves the volume to its buttons, so there the
// slider gives way to a sentence.

import { elements } from "./view.js";
import { words } from "./words.js";

const KEY = "longwave.volume";
const USUAL = 80;

export class Volume {
  constructor(audio) {
    this.audio = audio;
  }

  start() {
    const { volume, mute } = elements;
    if (!this.#settable()) {
      volume.replaceWith(words.deviceVolume);
      mute.remove();
      return;
    }
    volume.value = String(remembered());
    volume.addEventListener("input", () => this.#set(Number(volume.value), true));
    mute.addEventListener("click", () => this.toggleMute());
    this.#set(Number(volume.value), false);
  }

  toggleMute() {
    this.audio.muted = !this.audio.muted;
    elements.mute.setAttribute("aria-pressed", String(this.audio.muted));
    elements.mute.setAttribute("aria-label", this.audio.muted ? words.unmute : words.mute);
  }

  #set(percent, byHand) {
    // Squared: an ear hears loudness in ratios, and a slider that is linear in amplitude does all its work at the left.
    this.audio.volume = (percent / 100) ** 2;
    elements.volume.style.setProperty("--level", `${percent}%`);
    elements.volume.setAttribute("aria-valuetext", `${percent} %`);
    if (!byHand) return;
    if (this.audio.muted && percent > 0) this.toggleMute();
    remember(percent);
  }

  #settable() {
    this.audio.volume = 0.5;
    return this.audio.volume === 0.5;
  }
}

/** Storage may be forbidden; then the usual volume does. */
function remembered() {
  try {
    const kept = localStorage.getItem(KEY);
    const value = kept === null ? Number.NaN : Number(kept);
    return value >= 0 && value <= 100 ? value : USUAL;
  } catch {
    return USUAL;
  }
}

function remember(percent) {
  try {
    localStorage.setItem(KEY, String(percent));
  } catch {
    // Private windows: it is only forgotten.
  }
}
