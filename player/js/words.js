// Every sentence the page says, in one place, so that another language is another file of this shape.
// Knows no element; plain text in, plain text out.

import { countdown, percent, span } from "./format.js";

export const words = {
  untitled: "Untitled",
  offAir: "Nothing is playing",
  neverStarted: "Press play and the music starts.",
  asleep: "The station sleeps while nobody listens. Press play to wake it.",
  ended: "The station was ended. Press play to start it again.",
  play: "Play",
  stop: "Stop listening",
  mute: "Mute",
  unmute: "Unmute",
  steerNext: "Play it next",
  steerStart: "Start with this",
  deviceVolume: "Volume: the buttons of your device",
  heard: "Now",
  heardNote: "You hear it.",

  states: {
    tuning: "Tuning in…",
    off: "Off the air",
    sleeping: "Asleep",
    onAir: "On the air",
    starting: "Starting",
    waking: "Waking the station…",
    waiting: "Filling the buffer…",
    playing: "Playing",
    bridging: "Holding on until the next piece is ready",
    reconnecting: "Connection lost. Trying again…",
    lost: "The station does not answer. Trying again…",
    ended: "The station has ended",
    fault: "The station reports a fault",
  },

  behind: (seconds) => `${span(seconds)} behind live`,
  segment: (index) => `Segment ${index}`,
  headroom: (seconds) => `${span(seconds)} of music ready`,
  noHeadroom: "No music ready yet",
  making: (index, share) => (index === null ? `Being made now: ${percent(share)}` : `Segment ${index} is being made: ${percent(share)}`),
  then: (title) => `Then: ${title}`,
  receipt: (index, clock) => `Heard at ${clock}, in segment ${index}`,
  receiptSoon: (seconds) => `Your words will be heard in ${countdown(seconds)}.`,
  tooLong: (count, most) => `${count} of ${most} characters. Please shorten it.`,
  counted: (count, most) => `${count} of ${most} characters`,
  empty: "Say in a few words what you would like to hear.",
  sending: "Sending…",
  unreachable: "The station does not answer. Nothing was sent; try again in a moment.",
  cannotPlay: "This browser plays no HLS. Open the address below in a player such as VLC.",
  pressAgain: "The browser wants one more press before it plays sound.",
  dial: (now, ready) => `The station's timeline. ${now} ${ready}.`,
};
