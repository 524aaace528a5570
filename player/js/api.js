// Asks the server: one request, one answer or one sentence that says why not. The only module that calls `fetch`.

import { debug, error, info } from "./log.js";

const TIME_LIMIT_MS = 10000;

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
  const response = await timed(path, { ...request, signal }, { quiet });
  return response.json().catch(() => ({}));
}

/** GET `path` for its effect: a playlist that wakes a sleeping station. Throws `Refused`. */
export async function knock(path, { signal, limitMs }) {
  const response = await timed(path, { method: "GET", signal }, { limitMs });
  await response.text();
}

function post(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function timed(path, request, { quiet = false, limitMs = TIME_LIMIT_MS }) {
  const began = performance.now();
  const name = `${request.method} ${path}`;
  const response = await send(path, request, limitMs, name);
  const took = `${response.status} in ${Math.round(performance.now() - began)} ms`;
  if (response.ok) {
    (quiet ? debug : info)("api", `${name} ${took}`);
    return response;
  }
  const refused = await refusal(response);
  error("api", `${name} ${took}: ${refused.message}${refused.operation ? ` (${refused.operation})` : ""}`);
  throw refused;
}

async function send(path, request, limitMs, name) {
  const limit = AbortSignal.timeout(limitMs);
  const stop = new AbortController();
  const cancel = () => stop.abort();
  limit.addEventListener("abort", cancel);
  request.signal?.addEventListener("abort", cancel);
  if (request.signal?.aborted) stop.abort();
  try {
    return await fetch(path, { ...request, cache: "no-store", signal: stop.signal });
  } catch (cause) {
    if (!request.signal?.aborted) error("api", `${name} got no answer`);
    throw new Refused("The station does not answer.", {});
  } finally {
    limit.removeEventListener("abort", cancel);
    request.signal?.removeEventListener("abort", cancel);
  }
}

async function refusal(response) {
  const body = await response.json().catch(() => null);
  const detail = typeof body?.detail === "string" && body.detail ? body.detail : `The server answered ${response.status}.`;
  const after = Number.parseFloat(response.headers.get("Retry-After"));
  return new Refused(detail, {
    status: response.status,
    retryAfterS: Number.isFinite(after) ? after : null,
    operation: body?.operation_id ?? null,
  });
}
