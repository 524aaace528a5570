// Asks the server: one request, one answer or one sentence that says why not. The only module that calls `fetch`, and so
// the one that knows how late answers come.

import { Delivery } from "./delivery.js";
import { debug, error, info } from "./log.js";

const TIME_LIMIT_MS = 10000;

/** Measured with every answer that the server has ready at once; not with those that wait for a station to wake. */
export const delivery = new Delivery();

/** A refusal, or no answer at all (`status` 0). `message` is the server's own sentence where it gave one. */
export class Refused extends Error {
  constructor(message, { status = 0, retryAfterS = null, operation = null } = {}) {
    super(message);
    this.name = "Refused";
    this.status = status;
    this.retryAfterS = retryAfterS;
    this.operation = operation;
  }
}

/** GET (or POST, when there is a `body`) `path`; the answer's JSON. Throws `Refused`. */
export async function ask(path, { body, quiet = false, signal } = {}) {
  const request = body === undefined ? { method: "GET" } : post(body);
  const { data } = await answered(path, { ...request, signal }, { quiet, measured: body === undefined, read: json });
  return data;
}

/** GET `path` for its effect: a playlist that wakes a sleeping station. Throws `Refused`. */
export async function knock(path, { signal, limitMs }) {
  await answered(path, { method: "GET", signal }, { limitMs, read: (response) => response.text() });
}

/** GET a playlist (`text`) or a chunk: `{ url, status, data, startMs, firstMs, endMs }`. Throws `Refused`. */
export function bring(path, { text, signal, limitMs }) {
  const read = (response) => (text ? response.text() : response.arrayBuffer());
  // What is asked for again before the last answer came must not wait for that one in the browser's cache.
  const cache = text ? "no-store" : "default";
  return answered(path, { method: "GET", signal, cache }, { limitMs, quiet: true, measured: true, read });
}

function post(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

function json(response) {
  return response.json().catch(() => ({}));
}

async function answered(path, request, { quiet = false, measured = false, limitMs = TIME_LIMIT_MS, read }) {
  const name = `${request.method} ${path}`;
  const limit = limited(request.signal, limitMs + 2000 * delivery.expectedS);
  try {
    const startMs = performance.now();
    const response = await fetch(path, { cache: "no-store", ...request, signal: limit.signal });
    const firstMs = performance.now();
    const took = `${response.status} in ${Math.round(firstMs - startMs)} ms`;
    if (!response.ok) throw await refusal(response, name, took);
    const data = await read(response);
    const endMs = performance.now();
    if (measured) learn(firstMs - startMs, endMs - firstMs);
    (quiet ? debug : info)("api", `${name} ${took}`);
    return { url: response.url, status: response.status, data, startMs, firstMs, endMs };
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
    if (!request.signal?.aborted) (quiet ? debug : error)("api", `${name} got no answer`);
    throw new Refused("The station does not answer.", {});
  } finally {
    limit.end();
  }
}

function learn(delayMs, bodyMs) {
  if (!delivery.learn(delayMs / 1000, bodyMs / 1000)) return;
  const seconds = delivery.delayS.toFixed(1);
  info("delivery", delivery.late ? `answers come ${seconds} s late: chunks are fetched ahead` : "answers are quick again");
}

/** A signal that aborts with `signal` or at the end of the time, whichever is first. */
function limited(signal, limitMs) {
  const stop = new AbortController();
  const cancel = () => stop.abort();
  const timer = setTimeout(cancel, limitMs);
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  const end = () => (clearTimeout(timer), signal?.removeEventListener("abort", cancel));
  return { signal: stop.signal, end };
}

async function refusal(response, name, took) {
  const body = await response.json().catch(() => null);
  const detail = typeof body?.detail === "string" && body.detail ? body.detail : `The server answered ${response.status}.`;
  const after = Number.parseFloat(response.headers.get("Retry-After"));
  const operation = body?.operation_id ?? null;
  error("api", `${name} ${took}: ${detail}${operation ? ` (${operation})` : ""}`);
  return new Refused(detail, { status: response.status, retryAfterS: Number.isFinite(after) ? after : null, operation });
}
