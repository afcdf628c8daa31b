"use strict";
// The page's script: facts and series that the page holds, times as the reader wants them. Loads nothing.

const page = { errors: 0, redraw: [] };

window.addEventListener("error", (event) => {
  page.errors += 1;
  document.documentElement.dataset.errors = String(page.errors);
  const note = element("p", "note");
  note.textContent = `A plot could not be drawn: ${event.message}. The rest of the page is right.`;
  document.body.prepend(note);
});

function element(name, css, text) {
  const made = document.createElement(name);
  if (css) made.className = css;
  if (text !== undefined) made.textContent = text;
  return made;
}

function labelled(text, control) {
  const label = element("label", "", text + " ");
  label.append(control);
  return label;
}

// A choice: options are pairs of value and text.
function choice(options, onchange) {
  const select = element("select");
  for (const [value, text] of options) {
    const option = element("option", "", text);
    option.value = value;
    select.append(option);
  }
  select.addEventListener("change", () => onchange(select.value));
  return select;
}

function button(text, title, onclick) {
  const made = element("button", "", text);
  made.type = "button";
  made.title = title;
  made.setAttribute("aria-label", title);
  made.addEventListener("click", onclick);
  return made;
}

// Colours of the style sheet, which knows of light and dark. Asked once for each look of the page.
const colours = new Map();
function colour(name) {
  if (!colours.has(name))
    colours.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  return colours.get(name);
}

// The colour as an opaque pixel of a canvas's image data: of #rrggbb, little endian as every browser's machine.
function pixel(name) {
  const rgb = parseInt(colour(name).slice(1), 16);
  return (0xff000000 | ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}

// A canvas at the screen's own resolution, empty; coordinates stay CSS pixels. Null while it has no size.
function context(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  if (width < 1 || height < 1) return null;
  const across = Math.round(width * ratio), down = Math.round(height * ratio);
  const drawing = canvas.getContext("2d");
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  } else {
    drawing.setTransform(1, 0, 0, 1, 0, 0);
    drawing.clearRect(0, 0, across, down);
  }
  drawing.setTransform(ratio, 0, 0, ratio, 0, 0);
  return drawing;
}

// The pattern of what was not measured.
function hatch(drawing) {
  if (colours.has("pattern")) return colours.get("pattern");
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const lines = tile.getContext("2d");
  lines.strokeStyle = colour("hatch");
  lines.lineWidth = 1;
  for (const shift of [-6, 0, 6]) {
    lines.beginPath();
    lines.moveTo(shift - 1, 7);
    lines.lineTo(shift + 7, -1);
    lines.stroke();
  }
  colours.set("pattern", drawing.createPattern(tile, "repeat"));
  return colours.get("pattern");
}

// ---- times: in the reader's zone or in UTC

const clock = {
  utc: false,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "local",
  offset(ms) { return this.utc ? 0 : -new Date(ms).getTimezoneOffset() * 60000; },
  text(ms, options) {
    return new Intl.DateTimeFormat(undefined, { hourCycle: "h23", timeZone: this.utc ? "UTC" : undefined, ...options })
      .format(new Date(ms));
  },
  full(ms) {
    return this.text(ms, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit",
                           second: "2-digit" }) + (this.utc ? " UTC" : "");
  },
};

function show_times() {
  for (const time of document.querySelectorAll("time[data-ms]")) {
    const ms = Number(time.dataset.ms);
    if (!time.title) time.title = time.textContent;
    time.textContent = clock.full(ms);
    if (!clock.utc && time.closest("header")) time.append(element("small", "quiet", time.title));
  }
}

function add_clock() {
  const zones = [["local", `${clock.zone} (this computer's)`], ["utc", "UTC"]];
  const select = choice(zones, (value) => {
    clock.utc = value === "utc";
    show_times();
    for (const draw of page.redraw) draw();
  });
  document.getElementById("clock").append(labelled("Times in", select));
}

function duration_text(ms) {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60000) return `${ms / 1000} s`;
  if (ms < 3600000) return `${ms / 60000} min`;
  return `${Math.round(ms / 360000) / 10} h`;
}

function value_text(value) {
  if (value === 0) return "0";
  return value >= 0.00001 ? value.toPrecision(3) : value.toExponential(2);
}

function bytes_of(id) {
  const text = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes;
}

// ---- the slider over the intervals of the projections

function add_intervals(slider, camera) {
  const section = slider.closest("section");
  const output = slider.closest(".controls").querySelector("output");
  const figures = [...section.querySelectorAll(".picture")].map((picture) => {
    const image = picture.querySelector("img");
    return { kind: picture.dataset.kind, image, whole: image.src, when: picture.parentElement.querySelector(".when") };
  });
  const show = () => {
    const interval = camera.intervals[Number(slider.value) - 1];
    const words = interval ? `${clock.full(interval.from_ms)} to ${clock.full(interval.to_ms)}` : "whole recording";
    output.textContent = interval ? `${words}, ${interval.frames} frames` : words;
    for (const figure of figures) {
      figure.image.src = (interval && interval[figure.kind]) || figure.whole;
      figure.when.textContent = interval ? `from ${words}` : "of the whole recording";
    }
  };
  slider.addEventListener("input", show);
  page.redraw.push(show);
}

function start() {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  document.documentElement.classList.add("has-script");
  add_clock();
  show_times();
  let strips = 0;
  let days = 0;
  facts.cameras.forEach((camera, index) => {
    const series = camera.bins > 0 ? new Series(camera, bytes_of(`series-${index}`)) : null;
    const section = document.getElementById(`camera-${index}`);
    strips += add_strips(section.querySelector(".activity"), camera, series);
    days += add_days(section.querySelector(".days"), camera, series);
    const slider = section.querySelector("input.interval");
    if (slider) add_intervals(slider, camera);
  });
  const redraw = () => {
    colours.clear();
    for (const draw of page.redraw) draw();
  };
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    redraw();
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  window.addEventListener("beforeprint", () => {
    page.printing = true;
    for (const table of document.querySelectorAll("details")) table.open = true;
    redraw();
  });
  window.addEventListener("afterprint", () => { page.printing = false; redraw(); });
  Object.assign(document.documentElement.dataset,
    { ready: "yes", strips: String(strips), days: String(days), errors: String(page.errors) });
}

document.addEventListener("DOMContentLoaded", start);
