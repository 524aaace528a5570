// The page's composition root: makes the parts, connects them, and keeps what is shown in step with what is.
// `?native` in the address plays by the browser's own HLS even where hls.js could.

import { Refused, delivery } from "./api.js";
import { Dial } from "./dial.js";
import { Ear } from "./ear.js";
import { MediaKeys } from "./media_session.js";
import { Meter } from "./meter.js";
import { comingOf, makerOf, nowOf, stateKey, troubleOf } from "./model.js";
import { Playback } from "./playback.js";
import { Programme } from "./programme.js";
import { Receipts } from "./receipt.js";
import { Station } from "./station.js";
import { Steer } from "./steer.js";
import { Tape } from "./tape.js";
import { announce, elements, render, renderAddress } from "./view.js";
import { Volume } from "./volume.js";
import { words } from "./words.js";

const TICK_MS = 250;
const STRIDE_MS = 45000; // how far a segment moves the timeline, as the dial draws one that is being made

const station = new Station(new URL(".", location.href));
const native = new URLSearchParams(location.search).has("native");
const playback = new Playback(elements.audio, station.playlist, { native });
const programme = new Programme();
const receipts = new Receipts();
const ear = new Ear(station, playback);
const meter = new Meter(elements.audio);
const tape = new Tape();
const volume = new Volume(elements.audio);
const keys = new MediaKeys({ play: listen, stop: () => playback.stop() });
const steer = new Steer(sendWords, (receipt) => (receipts.take(receipt), refresh()));
let fault = "";
let lostBefore = false;

/** Start to listen; from a press. A station that was ended is started again: that is what play means then. */
async function listen() {
  fault = "";
  meter.start();
  const ended = station.status?.state === "idle" && station.status.idleReason === "stopped";
  if (ended || playback.state === "ended") await attempt(() => station.begin(""));
  if (fault === "") await playback.play();
}

/** With the station on the air words steer it; with it off they start it, and one listens. */
async function sendWords(text, when) {
  if (station.status?.state !== "idle") return station.steer(text, when);
  meter.start();
  const receipt = await station.begin(text);
  playback.play();
  station.refresh();
  return receipt;
}

async function end() {
  if (elements.endDialog.returnValue !== "end") return;
  await attempt(() => station.end());
  if (fault !== "") return;
  playback.stop();
  receipts.clear();
  refresh();
}

async function attempt(action) {
  try {
    await action();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    fault = refused.message;
    announce(fault);
    refresh();
  }
}

function modelOf() {
  const { status, lost } = station;
  const player = playback.state;
  const date = ear.date();
  const heard = date !== null && playback.wanted ? programme.at(date) : null;
  return {
    player,
    wanted: playback.wanted,
    stateKey: stateKey({ player, status, lost }),
    behindS: player === "playing" ? ear.behindS() : null,
    trouble: fault || troubleOf({ player, detail: playback.detail, status }),
    now: nowOf({ status, heard }),
    on: status !== null && status.state !== "idle",
    bridging: status?.state === "bridging",
    lineS: playback.wanted && delivery.late ? delivery.delayS : null,
    warnings: status?.warnings ?? [],
    headroomS: status?.headroomS ?? 0,
    coming: comingOf(status),
    maker: makerOf(status),
    steerLabel: steerLabel(status),
    receipts: receipts.list,
    date,
    heard: heard?.index ?? null,
  };
}

function steerLabel(status) {
  if (status?.state === "idle") return words.steerStart;
  return steer.when === "now" ? words.steerNow : words.steerNext;
}

function refresh() {
  const date = ear.date();
  const heard = date !== null && playback.wanted ? programme.at(date) : null;
  if (receipts.tick({ ear: date, heard: heard?.index ?? null })) announce(words.heardNote);
  const model = modelOf();
  render(model);
  keys.show({ title: model.now.title, prompt: model.now.prompt, playing: playback.wanted });
}

/** What the dial shows at this moment. */
function look() {
  const heardTo = ear.date();
  const { status } = station;
  if (heardTo === null || status === null) return null;
  const live = playback.state === "playing" ? meter.levels() : null;
  if (live !== null) tape.write(heardTo, live);
  const readyTo = Math.max(heardTo, (status.airDate ?? heardTo) + (status.headroomS ?? 0) * 1000);
  return {
    tape,
    live,
    heardTo,
    readyTo,
    madeTo: status.progress === null ? readyTo : readyTo + STRIDE_MS,
    share: status.progress ?? 0,
    entries: (from, to) => programme.between(from, to),
    receipts: receipts.waiting(),
  };
}

function onStatus() {
  const { status, lost } = station;
  if (lostBefore && !lost) playback.hurry();
  lostBefore = lost;
  if (!lost && status !== null) {
    programme.notice(status);
    receipts.take(status.pending);
    if (status.state === "idle" && status.idleReason === "stopped") receipts.clear();
  }
  refresh();
}

function onKey(event) {
  const busy = event.target.closest?.("input, textarea, button, a, dialog");
  if (event.ctrlKey || event.metaKey || event.altKey || (busy && event.target !== document.body)) return;
  if (event.key === " ") playback.wanted ? playback.stop() : listen();
  else if (event.key === "m" || event.key === "M") volume.toggleMute();
  else if (event.key === "/") elements.words.focus();
  else return;
  event.preventDefault();
}

elements.play.addEventListener("click", () => (playback.wanted ? playback.stop() : listen()));
elements.end.addEventListener("click", () => {
  elements.endDialog.returnValue = "";
  elements.endDialog.showModal();
});
elements.endDialog.addEventListener("close", end);
document.addEventListener("keydown", onKey);
station.addEventListener("status", onStatus);
station.addEventListener("receipt", ({ detail }) => (receipts.take(detail), refresh()));
elements.when.addEventListener("change", refresh);
playback.addEventListener("change", refresh);
playback.addEventListener("entries", ({ detail }) => (programme.learn(detail), refresh()));
setInterval(refresh, TICK_MS);
renderAddress(station.playlist);
volume.start();
steer.start();
station.start();
new Dial(elements.dial, look).start();
refresh();
