// One line per event in the browser's console, for those who look: what was asked, how long it took, what changed.
// Frequent things go to `debug`, which consoles hide at first.

const NAME = "longwave";

export function info(kind, text) {
  console.info(`[${NAME}] ${kind}: ${text}`);
}

export function debug(kind, text) {
  console.debug(`[${NAME}] ${kind}: ${text}`);
}

export function error(kind, text) {
  console.error(`[${NAME}] ${kind}: ${text}`);
}
