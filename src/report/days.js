// Double-plotted actograms: 24 hours a line, each day drawn a second time behind the day before.
const DAY_MS = 86400000;
const LINE_PX = 17;

class Days {
  constructor(place, camera, series) {
    Object.assign(this, { place, camera, series, measure: 0, shared: false });
    const widths = [1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60000)
      .filter((ms) => ms >= camera.width_ms && Math.abs(ms / camera.width_ms - Math.round(ms / camera.width_ms)) < 1e-9);
    this.width_ms = widths.find((ms) => ms >= 600000) ?? widths[widths.length - 1] ?? camera.width_ms;
    const options = (widths.length ? widths : [camera.width_ms]).map((ms) => [String(ms), duration_text(ms)]);
    const bins = choice(options, (value) => { this.width_ms = Number(value); this.draw(); });
    bins.value = String(this.width_ms);
    const controls = element("div", "controls");
    controls.append(labelled("Show", choice(MEASURES, (value) => { this.measure = Number(value); this.draw(); })),
      labelled("One bar", bins),
      labelled("Scale", choice([["own", "each its own"], ["shared", "the same for all"]],
        (value) => { this.shared = value === "shared"; this.draw(); })));
    const grid = element("div", "grid");
    this.canvases = camera.regions.map((region) => {
      const figure = element("figure");
      const canvas = element("canvas");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `Double-plotted actogram of ${region.name}`);
      figure.append(element("figcaption", "", region.name), canvas);
      grid.append(figure);
      return canvas;
    });
    place.append(element("p", "quiet", "Each line is two days: the day named at its left, and the next one once more."),
      controls, grid);
    page.redraw.push(() => this.draw());
    this.draw();
  }

  // Bars of one region from the first midnight on: mean and covered share of each.
  bars(region) {
    const { from_ms, width_ms, bins } = this.camera;
    const level = this.series.levels(region, this.measure)[0];
    const count = Math.ceil((from_ms + bins * width_ms - this.midnight) / this.width_ms);
    const sums = new Float64Array(count), weights = new Float64Array(count);
    for (let i = 0; i < bins; ++i) {
      if (Number.isNaN(level.mean[i])) continue;
      const bar = Math.floor((from_ms + i * width_ms - this.midnight) / this.width_ms);
      sums[bar] += level.mean[i] * level.coverage[i];
      weights[bar] += level.coverage[i];
    }
    const full = this.width_ms / width_ms;
    return { count, mean: sums.map((sum, i) => (weights[i] > 0 ? sum / weights[i] : NaN)),
             coverage: weights.map((weight) => weight / full) };
  }

  static high(values) {
    const measured = values.filter((value) => !Number.isNaN(value)).sort();
    return measured.length ? measured[Math.floor(0.99 * (measured.length - 1))] : 0;
  }

  draw() {
    // One offset for the whole recording: a change to summer time does not shift an animal's clock.
    const { first_ms } = this.camera;
    this.offset = clock.offset(first_ms);
    this.midnight = Math.floor((first_ms + this.offset) / DAY_MS) * DAY_MS - this.offset;
    const all = this.canvases.map((_, region) => this.bars(region));
    const tops = all.map((bars) => Days.high(bars.mean));
    this.canvases.forEach((canvas, region) =>
      this.draw_one(canvas, all[region], (this.shared ? Math.max(...tops) : tops[region]) || 1e-6));
  }

  draw_one(canvas, bars, top) {
    const lines = Math.ceil((this.camera.last_ms - this.midnight) / DAY_MS);
    const width = Math.floor(canvas.parentElement.clientWidth);
    const height = lines * LINE_PX + 16;
    canvas.style.height = `${height}px`;
    const drawing = context(canvas, width, height);
    if (!drawing) return;
    const left = 44;
    const x = (ms) => left + (ms / (2 * DAY_MS)) * (width - left - 1);
    const gap = hatch(drawing);
    drawing.font = `10px ${getComputedStyle(document.body).fontFamily}`;
    drawing.textBaseline = "middle";
    for (let line = 0; line < lines; ++line) {
      const bottom = (line + 1) * LINE_PX;
      drawing.fillStyle = colour("quiet");
      const day = this.midnight + line * DAY_MS;
      drawing.fillText(new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", timeZone: "UTC" })
        .format(new Date(day + this.offset)), 0, bottom - LINE_PX / 2);
      drawing.fillStyle = colour("rule");
      drawing.fillRect(left, bottom - 0.5, width - left, 0.5);
      this.draw_line(drawing, bars, top, line, bottom, x, gap);
    }
    drawing.fillStyle = colour("quiet");
    drawing.textAlign = "center";
    for (let hour = 0; hour <= 48; hour += 6) {
      drawing.fillRect(x(hour * 3600000), lines * LINE_PX, 1, 3);
      if (hour < 48) drawing.fillText(String(hour % 24), Math.max(x(hour * 3600000), left + 4), lines * LINE_PX + 10);
    }
  }

  draw_line(drawing, bars, top, line, bottom, x, gap) {
    const per_day = DAY_MS / this.width_ms;
    const { first_ms, last_ms } = this.camera;
    for (let k = 0; k < 2 * per_day; ++k) {
      const bar = Math.round(line * per_day) + k;
      const begin = this.midnight + bar * this.width_ms;
      if (bar >= bars.count || begin + this.width_ms <= first_ms || begin >= last_ms) continue;
      // Whole pixels of the screen, or neighbours would shine through between bars.
      const from = snapped(x(k * this.width_ms));
      const wide = Math.max(snapped(x((k + 1) * this.width_ms)) - from, 1 / (window.devicePixelRatio || 1));
      // The recording begins and ends within a bar: what it covers is judged by what it could.
      const possible = (Math.min(begin + this.width_ms, last_ms) - Math.max(begin, first_ms)) / this.width_ms;
      if (bars.coverage[bar] < 0.5 * possible) {
        drawing.fillStyle = gap;
        drawing.fillRect(from, bottom - LINE_PX + 2, wide, LINE_PX - 2);
      }
      if (Number.isNaN(bars.mean[bar])) continue;
      const tall = Math.min(bars.mean[bar] / top, 1) * (LINE_PX - 2);
      drawing.fillStyle = colour_of_bars();
      drawing.fillRect(from, bottom - tall, wide, tall);
    }
  }
}

function snapped(x) {
  const ratio = window.devicePixelRatio || 1;
  return Math.round(x * ratio) / ratio;
}

let bar_colour = "";
function colour_of_bars() { return bar_colour || (bar_colour = colour("line")); }
page.redraw.push(() => { bar_colour = ""; });

// Returns how many actograms it made.
function add_days(place, camera, series) {
  const lasts = camera.last_ms - camera.first_ms;
  if (series && lasts > DAY_MS && camera.width_ms <= 1800000) return new Days(place, camera, series).canvases.length;
  const long = lasts > DAY_MS ? `One point stands for ${duration_text(camera.width_ms)} here, too much for days.`
    : "The recording is shorter than a day. From more than 24 hours on, an actogram of each region stands here.";
  place.append(element("p", "quiet", long));
  return 0;
}
