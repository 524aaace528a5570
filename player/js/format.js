// Numbers and dates as one says them. Pure; knows no words of the page and no clock.

/** Whole seconds as "38 s" or "2 min 5 s". */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

/** Seconds left as "0:42"; never below 0:00. */
export function countdown(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A date (ms since 1970) on the listener's 24-hour clock; with seconds when asked. */
export function clockTime(date, withSeconds = false) {
  const there = new Date(date);
  const parts = [there.getHours(), there.getMinutes(), ...(withSeconds ? [there.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** A share 0…1 as "62 %". */
export function percent(share) {
  return `${Math.round(100 * Math.min(1, Math.max(0, share)))} %`;
}

/** How many characters a person would count the server to count: code points, not UTF-16 halves. */
export function characters(text) {
  return [...text].length;
}
