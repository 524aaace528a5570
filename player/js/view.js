// Puts what is into the page. The only module that writes text into elements, and only as text: a prompt is never markup.
// Knows the elements and the words; decides nothing.

import { characters, clockTime, countdown } from "./format.js";
import { correctionOf } from "./receipt.js";
import { words } from "./words.js";

export const MOST_CHARACTERS = 2000;
const COUNT_FROM = 1800;
const LOW_S = 8;
const FULL_S = 120;

const at = (id) => document.getElementById(id);

export const elements = {
  audio: at("audio"), dial: at("dial"), play: at("play"), mute: at("mute"), volume: at("volume"), volumeRow: at("volume-row"),
  steer: at("steer"), words: at("words"), note: at("words-note"), send: at("send"), when: at("when"), end: at("end"), endDialog: at("end-dialog"),
};

/** Writes only what changed: a screen reader and a layout both thank for it. */
function say(id, text) {
  const element = at(id);
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === "";
}

/** `model`: see `modelOf` in main.js. */
export function render(model) {
  renderState(model);
  renderNow(model);
  renderNext(model);
  renderReceipts(model.receipts);
}

function renderState({ player, wanted, stateKey, behindS, trouble, lineS, warnings }) {
  document.body.dataset.player = player;
  document.body.toggleAttribute("data-wanted", wanted);
  elements.play.setAttribute("aria-label", wanted ? words.stop : words.play);
  const state = words.states[stateKey];
  say("state", behindS === null ? state : `${state}, ${words.behind(behindS)}`);
  say("trouble", trouble);
  say("line", lineS === null ? "" : words.line(lineS));
  say("warnings", warnings.join(" "));
  announce(state);
}

/** What a screen reader says by itself: only when it differs from what it said last. */
export function announce(text) {
  const line = at("announce");
  if (line.textContent !== text) line.textContent = text;
}

function renderNow({ now }) {
  say("now-label", now.label);
  say("title", now.title);
  say("prompt", now.prompt);
  say("place", now.index === null ? "" : words.segment(now.index));
  document.title = now.index === null ? "Longwave" : `${now.title} · Longwave`;
}

function renderNext({ on, bridging, headroomS, coming, maker, steerLabel }) {
  say("headroom", on ? readyText(bridging, headroomS) : "");
  say("coming", coming);
  say("maker", maker);
  const bar = at("headroom-bar");
  bar.hidden = !on;
  bar.toggleAttribute("data-low", headroomS < LOW_S);
  bar.setAttribute("aria-valuenow", String(Math.round(Math.min(FULL_S, headroomS))));
  bar.setAttribute("aria-valuetext", words.headroom(headroomS));
  bar.firstElementChild.style.setProperty("--share", `${Math.min(100, (100 * headroomS) / FULL_S).toFixed(1)}%`);
  if (elements.send.textContent !== steerLabel) elements.send.textContent = steerLabel;
  elements.end.hidden = elements.when.hidden = !on;
  document.body.toggleAttribute("data-on", on);
}

function readyText(bridging, headroomS) {
  if (bridging) return words.bridging;
  return headroomS > 0 ? words.headroom(headroomS) : words.noHeadroom;
}

function renderReceipts(receipts) {
  const list = at("receipts");
  const wanted = new Set(receipts.map(({ key }) => key));
  for (const row of [...list.children]) if (!wanted.has(row.dataset.key)) row.remove();
  receipts.forEach((receipt, k) => {
    const row = [...list.children].find((child) => child.dataset.key === receipt.key) ?? newRow(receipt);
    if (list.children[k] !== row) list.insertBefore(row, list.children[k] ?? null);
    fillRow(row, receipt);
  });
}

function newRow({ key }) {
  const row = document.createElement("div");
  row.className = "receipt";
  row.setAttribute("role", "listitem");
  row.dataset.key = key;
  for (const part of ["time", "words", "note"]) {
    const cell = document.createElement("span");
    cell.className = `receipt-${part}`;
    row.append(cell);
  }
  row.children[1].dir = "auto";
  return row;
}

function fillRow(row, receipt) {
  row.toggleAttribute("data-heard", receipt.heardMs !== null);
  row.toggleAttribute("data-lost", receipt.lostMs !== null);
  [timeOf(receipt), receipt.prompt, noteOf(receipt)].forEach((text, k) => {
    if (row.children[k].textContent !== text) row.children[k].textContent = text;
  });
}

function timeOf({ heardMs, lostMs, leftS }) {
  if (lostMs !== null) return words.lost;
  if (heardMs !== null) return words.heard;
  return leftS == null ? "…" : countdown(leftS);
}

function noteOf(receipt) {
  const { index, date, leftS, heardMs, lostMs, state } = receipt;
  if (lostMs !== null) return words[state];
  if (heardMs !== null) return words.heardNote;
  if (date === null || leftS == null) return words.segment(index);
  const clock = clockTime(Date.now() + leftS * 1000, true);
  const correction = correctionOf(receipt);
  return correction === null ? words.receipt(index, clock) : words[correction](clock);
}

/** The line under the words: a count near the limit, or what was wrong with them. */
export function renderNote(text, message = "") {
  const count = characters(text);
  const over = count > MOST_CHARACTERS;
  const counted = over ? words.tooLong(count, MOST_CHARACTERS) : count >= COUNT_FROM ? words.counted(count, MOST_CHARACTERS) : "";
  say("words-note", message || counted);
  elements.note.toggleAttribute("data-over", over || message !== "");
}

export function renderAddress(text) {
  say("address", text);
}
