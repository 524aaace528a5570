// The wave on the dial: a carrier whose amplitude is the sound, as on the long wave. What was heard is written into it
// and moves left; it swells at the needle with what is heard at this moment; what is ready but not yet heard is a calm
// carrier; what is only being made is dots. Drawing only.

// Per band of the sound, low to high: wavelength in px, reach as a share of the half height, line width, opacity, and how
// fast the carrier runs along the tape in px/s.
const BANDS = [
  { wavelength: 58, reach: 1, width: 1.2, alpha: 0.45, run: -16 },
  { wavelength: 23, reach: 0.78, width: 1.9, alpha: 1, run: 11 },
  { wavelength: 9, reach: 0.46, width: 0.9, alpha: 0.6, run: 5 },
];
const CALM = 0.085;
const SWELL_PX = 46;
const DOTS_PX = 9;

/** `view`: see dial.js; `scene`: {tape, live, heardTo, readyTo, madeTo, share}, dates in ms, `live` levels 0…1 or null. */
export function drawWave(pen, view, scene) {
  const ready = Math.min(view.width, view.x(scene.readyTo));
  drawBody(pen, view, scene);
  BANDS.forEach((band, k) => drawBand(pen, view, scene, { ...band, k, ready }));
  if (scene.madeTo > scene.readyTo) drawDots(pen, view, scene, ready);
  pen.globalAlpha = 1;
}

/** The long slow wave of a station that sleeps. */
export function drawSleep(pen, view) {
  pen.strokeStyle = view.colours.wave;
  for (const [length, reach, width, alpha] of [[1.24, 0.42, 2, 0.95], [0.83, 0.27, 1, 0.4], [1.7, 0.34, 1, 0.25], [2.3, 0.5, 1, 0.16]]) {
    const wavelength = length * Math.max(320, Math.min(900, view.width / 2));
    pen.globalAlpha = alpha;
    pen.lineWidth = width;
    pen.beginPath();
    for (let x = 0; x <= view.width; x += 3) {
      const turn = (2 * Math.PI * (x - view.width / 2)) / wavelength + view.seconds * (0.5 / length);
      pen.lineTo(x, view.middle + view.half * reach * Math.sin(turn));
    }
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

/** The soft body around the lowest band, so that loud stretches stand out from afar. */
function drawBody(pen, view, scene) {
  const reaches = [];
  for (let x = 0; x <= view.width / 2 + 2 * SWELL_PX; x += 3) reaches.push([x, view.half * levelAt(view, scene, x, 0)]);
  pen.fillStyle = view.colours.body;
  pen.globalAlpha = 0.14;
  pen.beginPath();
  for (const [x, reach] of reaches) pen.lineTo(x, view.middle - reach);
  for (const [x, reach] of reaches.reverse()) pen.lineTo(x, view.middle + reach);
  pen.fill();
}

function drawBand(pen, view, scene, { k, wavelength, reach, width, alpha, run, ready }) {
  const shift = view.moved + run * view.seconds;
  pen.strokeStyle = view.colours.wave;
  pen.globalAlpha = alpha;
  pen.lineWidth = width;
  pen.beginPath();
  for (let x = 0; x <= ready; x += 1) {
    const amplitude = view.half * reach * levelAt(view, scene, x, k);
    pen.lineTo(x, view.middle + amplitude * Math.sin((2 * Math.PI * (x + shift)) / wavelength));
  }
  pen.stroke();
}

/** A band's level at pixel `x`: the tape's left of the needle, the moment's around it, never quite nothing. */
function levelAt(view, scene, x, k) {
  const calm = k === 1 ? CALM : CALM * 0.5;
  const distance = (x - view.width / 2) / SWELL_PX;
  const taped = distance <= 0 ? scene.tape.read(view.date(x), k) ** 1.4 : 0;
  const swell = scene.live === null || Math.abs(distance) > 3 ? 0 : 1.15 * scene.live[k] ** 1.4 * Math.exp(-distance * distance);
  return Math.max(calm, taped, swell);
}

function drawDots(pen, view, scene, from) {
  const end = view.x(scene.madeTo);
  const done = from + (end - from) * scene.share;
  pen.fillStyle = view.colours.wave;
  const first = DOTS_PX - ((from + view.moved) % DOTS_PX);
  for (let x = from + first; x < Math.min(view.width, end); x += DOTS_PX) {
    pen.globalAlpha = x <= done ? 0.95 : 0.3;
    pen.beginPath();
    pen.arc(x, view.middle, x <= done ? 1.7 : 1.2, 0, 2 * Math.PI);
    pen.fill();
  }
}
