// What the server says, with every field there, whatever it left out: a status and a receipt. Pure; dates are ms since 1970.

const MOST_WARNINGS = 3;

export function normal(raw, takenMs = performance.now()) {
  const next = raw.next ?? null;
  return {
    receivedMs: takenMs,
    airDate: raw.state === "idle" ? null : date(raw.air_date),
    state: text(raw.state) ?? "idle",
    idleReason: text(raw.idle_reason),
    index: number(raw.segment_index),
    title: text(raw.title),
    prompt: text(raw.prompt),
    next: next && { index: number(next.segment_index), title: text(next.title), prompt: text(next.prompt), date: date(next.audible_at) },
    pending: raw.pending?.prompt ? receiptOf(raw.pending, raw.pending.prompt) : null,
    headroomS: number(raw.headroom_seconds),
    generatingIndex: number(raw.generating_index),
    progress: number(raw.generation?.progress),
    listeners: number(raw.listeners),
    rung: text(raw.engine?.rung),
    wantedRung: text(raw.engine?.wanted),
    error: text(raw.error),
    warnings: Array.isArray(raw.warnings) ? raw.warnings.map(text).filter(Boolean).slice(0, MOST_WARNINGS) : [],
  };
}

/** Null when the server named no segment. An older server gives no number: then the segment stands for it. */
export function receiptOf(raw, prompt) {
  const index = number(raw?.segment_index);
  if (index === null) return null;
  return {
    key: number(raw.id) === null ? `segment-${index}` : `receipt-${raw.id}`,
    index,
    prompt: text(raw.prompt) ?? prompt,
    when: raw.when === "now" ? "now" : "next",
    date: date(raw.audible_at),
    inS: number(raw.audible_in_seconds),
    takenMs: performance.now(),
    state: text(raw.state) ?? "waiting",
    corrected: (number(raw.corrections) ?? 0) > 0,
  };
}

function number(value) {
  return Number.isFinite(value) ? value : null;
}

function text(value) {
  return typeof value === "string" && value !== "" ? value : null;
}

function date(value) {
  const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : null;
}
