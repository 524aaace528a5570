// What is printed on the dial's tape: the time scale, where segments begin, where the listener's words take effect.
// Drawing only; dates in ms since 1970.

import { clockTime } from "./format.js";

const SECOND = 1000;
const TICKS = [
  { every: 1, tall: 5, alpha: 0.35, from: 5 },
  { every: 5, tall: 9, alpha: 0.6, from: 2 },
  { every: 15, tall: 15, alpha: 0.9, from: 0 },
];

export function drawScale(pen, view) {
  const first = Math.floor(view.date(0) / SECOND);
  const last = Math.ceil(view.date(view.width) / SECOND);
  pen.fillStyle = view.colours.mark;
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  pen.font = view.font(12);
  for (let second = first; second <= last; second += 1) drawTick(pen, view, second);
  pen.globalAlpha = 1;
}

function drawTick(pen, view, second) {
  const kind = TICKS.findLast(({ every, from }) => second % every === 0 && view.perSecond >= from);
  if (!kind) return;
  const x = Math.round(view.x(second * SECOND)) + 0.5;
  pen.globalAlpha = kind.alpha;
  pen.fillRect(x - 0.5, view.scale - kind.tall, 1, kind.tall);
  if (second % 15 !== 0) return;
  const minute = second % 60 === 0;
  pen.globalAlpha = minute ? 1 : 0.65;
  pen.fillText(minute ? clockTime(second * SECOND) : `:${second % 60}`, x, view.scale - 21);
}

/** Where segments begin: a hairline and, as far as there is room, the title. */
export function drawEntries(pen, view, entries) {
  pen.textAlign = "left";
  pen.font = view.font(13);
  entries.forEach((entry, k) => {
    const x = view.x(entry.date);
    const until = limitOf(view, x, entries[k + 1]);
    pen.fillStyle = view.colours.mark;
    pen.globalAlpha = 0.55;
    pen.fillRect(Math.round(x), view.top, 1, view.scale - view.top - 40);
    pen.globalAlpha = 1;
    const from = Math.max(x, 8) + 8;
    pen.fillText(fitted(pen, entry.title ?? "", Math.min(until - from - 10, 320)), from, view.top + 12);
  });
}

/** How far a title may go: to the next segment, and never across the needle. */
function limitOf(view, x, following) {
  const next = following ? view.x(following.date) : Infinity;
  return x < view.width / 2 ? Math.min(next, view.width / 2) : next;
}

/** Where words take effect: a flag in the needle's colour. */
export function drawFlags(pen, view, receipts) {
  pen.textAlign = "left";
  pen.font = view.font(13);
  for (const { date, prompt } of receipts) {
    const x = Math.round(view.x(date));
    if (x > view.width) {
      drawBeyond(pen, view);
      continue;
    }
    pen.fillStyle = view.colours.needle;
    pen.fillRect(x, view.top + 20, 1.5, view.scale - view.top - 60);
    pen.beginPath();
    pen.moveTo(x, view.top + 20);
    pen.lineTo(x + 9, view.top + 25);
    pen.lineTo(x, view.top + 30);
    pen.fill();
    pen.fillText(fitted(pen, prompt, 220), x + 13, view.top + 30);
  }
}

/** It lies further right than the dial shows: an arrow at its edge. */
function drawBeyond(pen, view) {
  const x = view.width - 12;
  pen.fillStyle = view.colours.needle;
  pen.beginPath();
  pen.moveTo(x, view.top + 20);
  pen.lineTo(x + 7, view.top + 25);
  pen.lineTo(x, view.top + 30);
  pen.fill();
}

/** As much of `text` as is `width` px wide, with an ellipsis when that is not all. */
function fitted(pen, text, width) {
  if (width < 24) return "";
  if (pen.measureText(text).width <= width) return text;
  const letters = [...text].slice(0, 80);
  while (letters.length > 1 && pen.measureText(`${letters.join("")}…`).width > width) letters.pop();
  return letters.length > 5 ? `${letters.join("")}…` : "";
}
