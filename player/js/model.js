// What the page shows, derived from the station's status and the player's state. Pure: no element, no clock, no fetch.

import { words } from "./words.js";

/** One word for the state line: the listener's own trouble first, then the station's. */
export function stateKey({ player, status, lost }) {
  if (player === "waiting" && lost) return "reconnecting";
  if (["waking", "waiting", "reconnecting", "ended"].includes(player)) return player;
  if (lost) return "lost";
  if (status === null) return "tuning";
  if (status.state === "error") return "fault";
  if (status.state === "bridging") return "bridging";
  if (player === "playing") return "playing";
  if (status.state === "idle") return status.idleReason === "sleeping" ? "sleeping" : "off";
  return status.state === "generating" ? "starting" : "onAir";
}

/** What stands under "On the air". `heard` is the segment at this listener's ear, null when none is known. */
export function nowOf({ status, heard }) {
  if (status === null) return { label: words.onAirLabel, title: "", prompt: "", index: null };
  if (status.state === "idle") {
    return { label: words.offAirLabel, title: words.pressPlay, prompt: idleSentence(status.idleReason), index: null };
  }
  const shown = heard ?? status;
  const label = words.onAirLabel;
  if (shown.index === null) return { label, title: words.states.starting, prompt: status.prompt ?? "", index: null };
  return { label, title: shown.title ?? words.untitled, prompt: shown.prompt ?? "", index: shown.index };
}

function idleSentence(reason) {
  return { sleeping: words.asleep, stopped: words.ended }[reason] ?? words.neverStarted;
}

/** What comes: the next segment where it is finished, else how far the one being made is. */
export function comingOf(status) {
  if (status === null || status.state === "idle") return "";
  const next = status.next?.title ? words.then(status.next.title) : "";
  const making = status.progress === null ? "" : words.making(status.generatingIndex, status.progress);
  return [next, making].filter(Boolean).join(". ");
}

/** Who makes the music: a rung of the station's quality ladder, and the one that is being made ready. */
export function makerOf(status) {
  if (status === null || status.state === "idle" || !status.rung) return "";
  return words.maker(status.rung, status.wantedRung === status.rung ? null : status.wantedRung);
}

/** A sentence for what is wrong beyond the state line; empty when all is well. */
export function troubleOf({ player, detail, status }) {
  if (player === "unsupported") return words.cannotPlay;
  if (player === "blocked") return words.pressAgain;
  if (detail) return detail;
  return status?.error ?? "";
}
