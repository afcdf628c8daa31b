// The activity of one camera's regions: decoded from the page's bytes, and at coarser steps made when they are wanted.
class Series {
  constructor(camera, bytes) {
    this.bins = camera.bins;
    this.regions = camera.regions;
    const cells = 2 * camera.regions.length * camera.bins;
    this.means = new Uint16Array(bytes.buffer, 0, cells);
    this.minima = new Uint8Array(bytes.buffer, 2 * cells, cells);
    this.maxima = new Uint8Array(bytes.buffer, 3 * cells, cells);
    this.coverage = new Uint8Array(bytes.buffer, 4 * cells, camera.bins);
    this.known = new Map();
    this.tops = new Map();
  }

  // Steps of 1, 4, 16 ... bins: each with mean, minimum and maximum (NaN: not measured) and the covered share of time.
  levels(region, measure) {
    const key = 2 * region + measure;
    if (!this.known.has(key)) {
      const levels = [this.decoded(region, measure)];
      while (levels[levels.length - 1].mean.length > 256) levels.push(Series.coarser(levels[levels.length - 1]));
      this.known.set(key, levels);
    }
    return this.known.get(key);
  }

  decoded(region, measure) {
    const at = (2 * region + measure) * this.bins;
    const scale = this.regions[region].scales[measure];
    const level = Series.empty(1, this.bins);
    for (let i = 0; i < this.bins; ++i) {
      const code = this.means[at + i];
      const measured = code !== 65535;
      level.mean[i] = measured ? (code / 65534) ** 2 * scale : NaN;
      level.minimum[i] = measured ? (this.minima[at + i] / 255) ** 2 * scale : NaN;
      level.maximum[i] = measured ? (this.maxima[at + i] / 255) ** 2 * scale : NaN;
      level.coverage[i] = this.coverage[i] / 255;
    }
    return level;
  }

  static empty(step, length) {
    return { step, mean: new Float32Array(length), minimum: new Float32Array(length),
             maximum: new Float32Array(length), coverage: new Float32Array(length) };
  }

  static coarser(level) {
    const length = Math.ceil(level.mean.length / 4);
    const made = Series.empty(4 * level.step, length);
    for (let i = 0; i < length; ++i) Series.over(level, 4 * i, Math.min(4 * i + 4, level.mean.length), made, i);
    return made;
  }

  // Entries [from, to) of a level become entry `at` of another: the mean weighted by the covered time; NaN when none was
  // measured.
  static over(level, from, to, into, at) {
    let sum = 0, weight = 0, minimum = Infinity, maximum = -Infinity, coverage = 0;
    for (let i = from; i < to; ++i) {
      coverage += level.coverage[i];
      if (Number.isNaN(level.mean[i])) continue;
      sum += level.mean[i] * level.coverage[i];
      weight += level.coverage[i];
      if (level.minimum[i] < minimum) minimum = level.minimum[i];
      if (level.maximum[i] > maximum) maximum = level.maximum[i];
    }
    into.coverage[at] = coverage / Math.max(to - from, 1);
    into.mean[at] = weight > 0 ? sum / weight : NaN;
    into.minimum[at] = weight > 0 ? minimum : NaN;
    into.maximum[at] = weight > 0 ? maximum : NaN;
  }

  // The coarsest step that still has two entries for each stretch of so many bins.
  level_for(region, measure, bins) {
    const levels = this.levels(region, measure);
    return levels.findLast((level) => 2 * level.step <= bins) ?? levels[0];
  }

  // What a plot of `columns` columns for the bins [from, to) shows, column by column.
  columns(region, measure, from, to, columns) {
    const per_column = (to - from) / columns;
    const level = this.level_for(region, measure, per_column);
    const shown = Series.empty(per_column, columns);
    for (let x = 0; x < columns; ++x) {
      const first = Math.max(0, Math.floor((from + x * per_column) / level.step));
      const end = Math.min(level.mean.length, Math.max(first + 1, Math.floor((from + (x + 1) * per_column) / level.step)));
      Series.over(level, first, end, shown, x);
    }
    return shown;
  }

  // The value that a plot with so many bins a column reaches up to: above nearly all means of the whole recording, so
  // that one flash of light does not flatten the rest. It changes in steps, not with each turn of the wheel.
  top(region, measure, per_column) {
    const step = 2 ** Math.max(0, Math.round(Math.log2(per_column)));
    const key = `${region} ${measure} ${step}`;
    if (!this.tops.has(key)) {
      const count = Math.ceil(this.bins / step);
      const means = this.columns(region, measure, 0, count * step, count).mean
        .filter((value) => !Number.isNaN(value)).sort();
      const high = means.length ? means[Math.floor(0.998 * (means.length - 1))] : 0;
      this.tops.set(key, 1.15 * high || means[means.length - 1] || 1e-6);
    }
    return this.tops.get(key);
  }

  shared_top(measure, per_column) {
    return Math.max(...this.regions.map((_, region) => this.top(region, measure, per_column)));
  }
}
