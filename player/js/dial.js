// The dial: a tape of the timeline that moves past a fixed needle. Owns the canvas, its size, its colours and its pace.
// It asks `look()` for what there is to show and knows neither station nor player.

import { drawEntries, drawFlags, drawScale } from "./scale.js";
import { drawSleep, drawWave } from "./wave.js";

const FRAME_MS = 33;
const STILL_FRAME_MS = 1000;
const SHARPEST = 2;

export class Dial {
  /** `look()`: null while nothing is on the air, else {heardTo, readyTo, madeTo, share, tape, entries, receipts, levels}. */
  constructor(canvas, look) {
    this.canvas = canvas;
    this.look = look;

    this.pen = canvas.getContext("2d");
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.colours = null;
    this.drawn = 0;
  }

  start() {
    new ResizeObserver(() => this.#fit()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (this.colours = null));
    const turn = (now) => {
      if (now - this.drawn >= (this.still.matches ? STILL_FRAME_MS : FRAME_MS) - 4) this.#draw(now);
      requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  }

  #fit() {
    const { width, height } = this.canvas.getBoundingClientRect();
    const sharp = Math.min(SHARPEST, devicePixelRatio || 1);
    this.canvas.width = Math.max(1, Math.round(width * sharp));
    this.canvas.height = Math.max(1, Math.round(height * sharp));
    // On a very large screen type is larger, and so is everything that is drawn.
    const unit = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    this.pen.setTransform(sharp * unit, 0, 0, sharp * unit, 0, 0);
    this.size = { width: width / unit, height: height / unit };
    this.drawn = 0;
  }

  #draw(now) {
    if (!this.size?.width) return;
    this.drawn = now;
    this.colours ??= readColours(this.canvas);
    const scene = this.look();
    const seconds = this.still.matches ? 0 : now / 1000;
    const view = { ...viewOf(this.size, this.colours, scene?.heardTo ?? Date.now()), seconds };
    this.pen.clearRect(0, 0, view.width, view.height);
    this.pen.lineJoin = "round";
    if (scene === null) {
      drawSleep(this.pen, view);
      return;
    }
    drawWave(this.pen, view, scene);
    drawScale(this.pen, view);
    drawEntries(this.pen, view, scene.entries(view.date(-320), view.date(view.width)));
    drawFlags(this.pen, view, scene.receipts);
  }
}

/** How dates and pixels belong together: the needle stands in the middle, time runs to the right. */
function viewOf({ width, height }, colours, middleDate) {
  const perSecond = Math.min(14, Math.max(5, width / 130));
  const perMs = perSecond / 1000;
  const top = 14;
  const knob = height < 240 ? 26 : 44;
  const scale = height - knob;
  return {
    width,
    height,
    colours,
    top,
    scale,
    perSecond,
    middle: (top + 34 + scale - 40) / 2,
    half: Math.max(20, (scale - 40 - top - 34) / 2),
    x: (date) => width / 2 + (date - middleDate) * perMs,
    date: (x) => middleDate + (x - width / 2) / perMs,
    // How far the tape has moved, px. Large dates lose their fractions in a sine: what is left of a long period counts.
    moved: (middleDate % 600000) * perMs,
    font: (px) => `${px}px ${colours.family}`,
  };
}

function readColours(element) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(name).trim();
  return { wave: of("--wave"), body: of("--wave-body"), mark: of("--mark"), needle: of("--needle-ink"), family: of("--display") };
}
