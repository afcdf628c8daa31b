// Activity over time: a strip for each region below one axis, with zoom and a cursor.
const MEASURES = [["0", "mean activity"], ["1", "changed pixels"]];
const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 15000, 30000, 60000, 120000, 300000, 600000,
                  900000, 1800000, 3600000, 7200000, 10800000, 21600000, 43200000, 86400000, 172800000, 604800000];

class Strips {
  constructor(place, camera, series) {
    Object.assign(this, { place, camera, series, measure: 0, shared: true, region: 0, cursor: null, pending: false });
    this.whole = [camera.from_ms, camera.from_ms + camera.bins * camera.width_ms];
    this.view = [...this.whole];
    this.seen = new Set();
    this.build();
    this.listen();
    page.redraw.push(() => this.draw());
    this.draw();
  }

  build() {
    const controls = element("div", "controls");
    controls.append(
      labelled("Show", choice(MEASURES, (value) => { this.measure = Number(value); this.draw(); })),
      labelled("Scale", choice([["shared", "the same for all"], ["own", "each its own"]],
        (value) => { this.shared = value === "shared"; this.draw(); })),
      button("−", "Zoom out", () => this.zoom(2)),
      button("+", "Zoom in", () => this.zoom(0.5)),
      button("All", "Show the whole recording", () => this.look(...this.whole)));
    this.readout = element("output", "readout");
    this.readout.setAttribute("aria-live", "polite");
    this.plot = element("div", "plot");
    this.plot.tabIndex = 0;
    this.plot.setAttribute("role", "application");
    this.plot.setAttribute("aria-label", `Activity of ${this.camera.regions.length} regions over time. ` +
      "Left and right move the cursor, up and down choose the region, plus and minus zoom, Home shows all.");
    const axis = element("div", "axis");
    this.ticks = element("canvas");
    axis.append(this.readout, this.ticks);
    this.lane = this.add_row("missing", "lane");
    this.rows = this.camera.regions.map((region) => this.add_row(region.name, "strip", region.labels));
    this.line = element("div", "cursor");
    this.plot.append(axis, this.lane.row, ...this.rows.map((row) => row.row), this.line);
    const hint = element("p", "quiet", `One point stands for ${duration_text(this.camera.width_ms)} or more: ` +
      "the solid shape is the mean, the pale band reaches from the smallest to the largest value, a red edge at the top is more than fits. Drag to move, double click for all; " +
      "the wheel zooms with Ctrl, or after a click into the plot. Keys: arrows, + and −, Home.");
    this.place.append(controls, this.plot, hint);
  }

  add_row(name, css, labels = {}) {
    const row = element("div", css);
    const label = element("div", "label");
    label.append(element("b", "", name));
    const words = Object.entries(labels).map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
    const scale = element("small", "scale");
    label.append(scale);
    label.title = [name, ...words].join("\n");
    if (words.length) label.insertBefore(element("small", "", words.join(", ")), scale);
    const canvas = element("canvas");
    row.append(label, canvas);
    return { row, canvas, scale };
  }

  listen() {
    this.watcher = new IntersectionObserver((entries) => {
      for (const entry of entries) this.seen[entry.isIntersecting ? "add" : "delete"](entry.target);
      this.later();
    }, { rootMargin: "200px" });
    for (const row of this.rows) this.watcher.observe(row.row);
    const plot = this.plot;
    plot.addEventListener("pointermove", (event) => this.point(event));
    plot.addEventListener("pointerleave", () => this.hide());
    plot.addEventListener("pointerdown", (event) => this.grab(event));
    plot.addEventListener("pointerup", () => { this.grabbed = null; });
    plot.addEventListener("pointercancel", () => { this.grabbed = null; });
    plot.addEventListener("dblclick", () => this.look(...this.whole));
    plot.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    plot.addEventListener("keydown", (event) => this.key(event));
  }

  // ---- where we are

  box() { return this.lane.canvas.getBoundingClientRect(); }
  time_at(x) { return this.view[0] + (x / Math.max(this.box().width, 1)) * (this.view[1] - this.view[0]); }
  x_of(ms) { return ((ms - this.view[0]) / (this.view[1] - this.view[0])) * this.box().width; }

  look(from, to) {
    const [first, last] = this.whole;
    const length = Math.min(Math.max(to - from, Math.min(8 * this.camera.width_ms, last - first)), last - first);
    const begin = Math.min(Math.max(from, first), last - length);
    this.view = [begin, begin + length];
    this.later();
  }

  zoom(factor, around = this.cursor ?? (this.view[0] + this.view[1]) / 2) {
    this.look(around - (around - this.view[0]) * factor, around + (this.view[1] - around) * factor);
  }

  pan(ms) { this.look(this.view[0] + ms, this.view[1] + ms); }

  // ---- what the reader does

  point(event) {
    const box = this.box();
    const x = event.clientX - box.left;
    if (this.grabbed) this.look(...this.grabbed.view.map((ms) =>
      ms - ((x - this.grabbed.x) / Math.max(box.width, 1)) * (this.grabbed.view[1] - this.grabbed.view[0])));
    if (x < 0 || x > box.width) return this.hide();
    const over = this.rows.findIndex((row) => row.row.contains(event.target));
    if (over >= 0) this.region = over;
    this.show(this.time_at(x));
  }

  grab(event) {
    if (event.button !== 0) return;
    this.plot.focus({ preventScroll: true });
    if (event.pointerType !== "touch") this.plot.setPointerCapture(event.pointerId);
    this.grabbed = { x: event.clientX - this.box().left, view: [...this.view] };
  }

  wheel(event) {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!sideways && !event.ctrlKey && document.activeElement !== this.plot) return;
    event.preventDefault();
    const length = this.view[1] - this.view[0];
    if (sideways) return this.pan((event.deltaX / Math.max(this.box().width, 1)) * length);
    this.zoom(Math.exp(Math.min(Math.max(event.deltaY, -200), 200) / 300), this.time_at(event.clientX - this.box().left));
  }

  key(event) {
    const length = this.view[1] - this.view[0];
    const step = (length / Math.max(this.box().width, 1)) * (event.altKey ? 1 : 4);
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const up = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (side && event.shiftKey) this.pan(side * length / 4);
    else if (side) this.move(side * step);
    else if (up) this.region = Math.min(Math.max(this.region + up, 0), this.rows.length - 1);
    else if (event.key === "+" || event.key === "=") this.zoom(0.5);
    else if (event.key === "-") this.zoom(2);
    else if (event.key === "Home" || event.key === "0") this.look(...this.whole);
    else if (event.key === "Escape") return this.plot.blur();
    else return;
    event.preventDefault();
    if (up) this.rows[this.region].row.scrollIntoView({ block: "nearest" });
    this.show(this.cursor ?? (this.view[0] + this.view[1]) / 2);
  }

  move(ms) {
    const at = Math.min(Math.max((this.cursor ?? (this.view[0] + this.view[1]) / 2) + ms, this.whole[0]), this.whole[1] - 1);
    if (at < this.view[0] || at > this.view[1]) this.pan(ms < 0 ? at - this.view[0] : at - this.view[1]);
    this.cursor = at;
  }

  // ---- the cursor

  show(ms) {
    this.cursor = ms;
    this.line.style.display = "block";
    this.line.style.left = `${this.lane.canvas.offsetLeft + this.x_of(ms)}px`;
    this.rows.forEach((row, i) => row.row.classList.toggle("chosen", i === this.region));
    const bins = this.camera.bins / (this.whole[1] - this.whole[0]);
    const per_column = ((this.view[1] - this.view[0]) / Math.max(this.box().width, 1)) * bins;
    const at = (ms - this.whole[0]) * bins;
    const from = Math.max(0, Math.floor(at - per_column / 2 + 0.5));
    const first = per_column <= 2 ? Math.min(Math.floor(at), this.camera.bins - 1) : from;
    const value = this.series.columns(this.region, this.measure, first, first + Math.max(1, Math.floor(per_column)), 1);
    const words = Number.isNaN(value.mean[0]) ? "nothing was measured"
      : `${value_text(value.mean[0])} (${value_text(value.minimum[0])} to ${value_text(value.maximum[0])})`;
    this.readout.textContent = `${this.camera.regions[this.region].name} · ${clock.full(ms)} · ${words}`;
  }

  hide() {
    this.cursor = null;
    this.line.style.display = "none";
    this.readout.textContent = "";
    for (const row of this.rows) row.row.classList.remove("chosen");
  }

  // ---- drawing

  later() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => { this.pending = false; this.draw(); });
  }

  draw() {
    const width = Math.floor(this.box().width);
    if (width < 10) return;
    this.draw_ticks(width);
    this.draw_lane(width);
    const per_column = ((this.view[1] - this.view[0]) / this.camera.width_ms) / width;
    const shared = this.shared ? this.series.shared_top(this.measure, per_column) : 0;
    this.rows.forEach((row, region) => {
      const top = this.shared ? shared : this.series.top(region, this.measure, per_column);
      row.scale.textContent = `0 to ${value_text(top)}`;
      if (this.seen.has(row.row) || page.printing || this.seen.size === 0) this.draw_strip(row.canvas, region, top, width);
    });
    if (this.cursor !== null) this.show(this.cursor);
  }

  // Pixel by pixel: paths of so many columns would take a slow computer longer than a picture may.
  draw_strip(canvas, region, top, width) {
    const drawing = context(canvas, width, canvas.clientHeight);
    if (!drawing) return;
    const across = canvas.width, down = canvas.height;
    const bins = this.camera.bins / (this.whole[1] - this.whole[0]);
    const [from, to] = this.view.map((ms) => (ms - this.whole[0]) * bins);
    const { mean, minimum, maximum, coverage } = this.series.columns(region, this.measure, from, to, across);
    const y = (value) => down - 1 - Math.round(Math.min(value / top, 1) * (down - 3));
    const image = drawing.createImageData(across, down);
    const pixels = new Uint32Array(image.data.buffer);
    const [solid, pale, cut, lines] = ["line", "band", "cut", "hatch"].map(pixel);
    for (let x = 0; x < across; ++x) {
      const fill = (colour, first, end) => {
        for (let at = first * across + x, last = end * across; at < last; at += across) pixels[at] = colour;
      };
      if (coverage[x] < 0.5) for (let row = 5 - (x % 6); row < down; row += 6) pixels[row * across + x] = lines;
      if (Number.isNaN(mean[x])) continue;
      fill(pale, y(maximum[x]), Math.max(y(minimum[x]), y(maximum[x]) + 1));
      fill(solid, y(mean[x]), down);
      if (mean[x] > top) fill(cut, 0, 2);
    }
    drawing.putImageData(image, 0, 0);
  }

  draw_lane(width) {
    const height = this.lane.canvas.clientHeight;
    const drawing = context(this.lane.canvas, width, height);
    if (!drawing) return;
    drawing.fillStyle = colour("cut");
    for (const [from, to] of this.camera.gaps) {
      const x = this.x_of(from);
      if (x <= width && this.x_of(to) >= 0) drawing.fillRect(x, 1, Math.max(this.x_of(to) - x, 1.5), height - 2);
    }
  }

  draw_ticks(width) {
    const height = this.ticks.clientHeight;
    const drawing = context(this.ticks, width, height);
    if (!drawing) return;
    const length = this.view[1] - this.view[0];
    const step = STEPS_MS.find((ms) => (ms / length) * width >= 84) ?? STEPS_MS[STEPS_MS.length - 1];
    const offset = clock.offset(this.view[0]);
    drawing.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    drawing.textBaseline = "bottom";
    for (let ms = Math.ceil((this.view[0] + offset) / step) * step - offset; ms <= this.view[1]; ms += step) {
      const x = Math.round(this.x_of(ms)) + 0.5;
      const midnight = (ms + offset) % 86400000 === 0;
      drawing.fillStyle = colour(midnight ? "text" : "quiet");
      drawing.fillRect(x - 0.5, height - 6, 1, 6);
      const text = this.tick_text(ms, step, midnight);
      const wide = drawing.measureText(text).width;
      drawing.fillText(text, Math.min(Math.max(x - wide / 2, 0), width - wide), height - 8);
    }
  }

  tick_text(ms, step, midnight) {
    if (midnight || step >= 86400000) return clock.text(ms, { month: "short", day: "numeric" });
    if (step >= 60000) return clock.text(ms, { hour: "2-digit", minute: "2-digit" });
    return clock.text(ms, { hour: "2-digit", minute: "2-digit", second: "2-digit",
                            fractionalSecondDigits: step < 10 ? 3 : step < 1000 ? 2 : undefined });
  }
}

// Returns how many strips it made.
function add_strips(place, camera, series) {
  if (!series) {
    place.append(element("p", "quiet", "There are no rows, so there is nothing to draw."));
    return 0;
  }
  return new Strips(place, camera, series).rows.length;
}
