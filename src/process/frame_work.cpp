#include "process/frame_work.hpp"

#include <algorithm>

#include "process/band_workers.hpp"
#include "process/corrector.hpp"
#include "process/projector.hpp"

namespace tarsier {
namespace {

template <typename Pixel>
std::span<const Pixel> pixels_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const Pixel*>(bytes.data()), bytes.size() / sizeof(Pixel)};
}

RegionRow region_row(const Totals& totals) {
  return {totals.abs_diff_sum, static_cast<std::uint32_t>(totals.changed), totals.sum, totals.sum_sq, totals.min,
          totals.max};
}

template <typename Pixel>
class PixelWork final : public FrameWork {
 public:
  PixelWork(Arena& arena, const FrameWorkOptions& options, std::span<const RegionMask> regions,
            const CorrectionMaps& maps)
      : options_(options),
        rules_(std::make_shared<const FrameRules>(FrameRules{options.reduce, region_table(regions)})),
        corrector_(arena, options.correct, maps, options.size.pixels()),
        projector_(arena, options.reduce.projection, options.size.pixels()),
        bands_(options.threads),
        workers_(options.camera, options.threads) {
    for (Band& band : bands_) band.regions.resize(regions.size());
  }

  void work_on(std::span<const std::byte> current, std::span<const std::byte> previous, Row& row,
               std::span<RegionRow> regions) override {
    const auto stored = pixels_of<Pixel>(current);
    const auto before = pixels_of<Pixel>(previous);
    const bool corrects = corrector_.begin(before);
    const bool uncorrected = corrector_.any() && !corrects;
    if (uncorrected) row.flags |= row_uncorrected;
    projector_.begin(row, !uncorrected);
    workers_.run([&](unsigned band) { work_on_band(band, stored, before, corrects); });
    corrector_.end();
    gather(row, regions);
  }

  void follow(std::shared_ptr<const FrameRules> rules, std::int64_t sensor_ns) override {
    const auto& before = rules_->reduce.projection;
    const auto& after = rules->reduce.projection;
    if (after && before && after->interval_s != before->interval_s) {
      projector_.set_interval(after->interval_s, sensor_ns);
    }
    rules_ = std::move(rules);
    for (Band& band : bands_) band.regions.resize(rules_->table.pixels.size());
  }

  bool interval_over(std::int64_t sensor_ns) const override { return projector_.over(sensor_ns); }
  bool interval_begun() const override { return !projector_.empty(); }
  ImageBatch finish_interval() override {
    workers_.run([&](unsigned band) { projector_.make_images(range_of(lines_of(band))); });
    return projector_.take_batch();
  }

  bool has_new_maps() const override { return !maps_taken_ && corrector_.maps_known(); }
  ImageBatch take_maps() override {
    maps_taken_ = true;
    ImageBatch batch;
    batch.images[static_cast<std::size_t>(ImageKind::subtrahend)] = corrector_.subtrahend();
    batch.images[static_cast<std::size_t>(ImageKind::factor)] = corrector_.factor();
    return batch;
  }

 private:
  // What one thread adds up; a cache line apart from the others.
  struct alignas(64) Band {
    Totals whole;
    std::vector<Totals> regions;
  };

  [[nodiscard]] LineRange lines_of(unsigned band) const {
    const auto line = [&](std::uint64_t number) {
      return static_cast<std::uint32_t>(number * options_.size.height_px / bands_.size());
    };
    return {line(band), line(band + 1)};
  }
  [[nodiscard]] PixelRange range_of(LineRange lines) const {
    const std::size_t width = options_.size.width_px;
    return {lines.first_y * width, (lines.end_y - lines.first_y) * width};
  }

  void work_on_band(unsigned number, std::span<const Pixel> stored, std::span<const Pixel> before, bool corrects) {
    const LineRange lines = lines_of(number);
    const PixelRange range = range_of(lines);
    Band& band = bands_[number];
    band.whole = {};
    std::ranges::fill(band.regions, Totals{});
    corrector_.prepare(range);
    FramePass<Pixel> pass;
    pass.current = stored;
    pass.previous = before;
    pass.size = options_.size;
    pass.threshold = rules_->reduce.changed_threshold;
    pass.statistics = rules_->reduce.statistics;
    pass.table = &rules_->table;
    if (corrects) {
      pass.correction = &corrector_.correction();
      pass.corrected = corrector_.current();
      if (!before.empty()) pass.previous = corrector_.previous();
    }
    reduce(pass, lines, band.whole, band.regions);
    corrector_.remember(stored, range);
    projector_.add(corrects ? std::span<const Pixel>(corrector_.current()) : stored, range);
  }

  void gather(Row& row, std::span<RegionRow> regions) {
    Band& sum = bands_.front();
    for (const Band& band : std::span(bands_).subspan(1)) {
      merge(sum.whole, band.whole);
      for (std::size_t i = 0; i < regions.size(); ++i) merge(sum.regions[i], band.regions[i]);
    }
    row.n = options_.size.pixels();
    row.abs_diff_sum = sum.whole.abs_diff_sum;
    row.changed = sum.whole.changed;
    row.sum = sum.whole.sum;
    row.sum_sq = sum.whole.sum_sq;
    row.min = sum.whole.min;
    row.max = sum.whole.max;
    std::ranges::transform(sum.regions, regions.begin(), region_row);
  }

  // Constant after construction.
  const FrameWorkOptions options_;
  // Chain thread, and the workers by band.
  std::shared_ptr<const FrameRules> rules_;
  Corrector<Pixel> corrector_;
  Projector<Pixel> projector_;
  std::vector<Band> bands_;
  bool maps_taken_ = false;
  BandWorkers workers_;
};

template <typename Pixel>
Bytes cost_of(const FrameWorkOptions& options) {
  return Corrector<Pixel>::cost(options.correct, options.size.pixels()) +
         Projector<Pixel>::cost(options.reduce.projection, options.size.pixels());
}

}  // namespace

Bytes FrameWork::cost(const FrameWorkOptions& options) {
  return options.pixel == StoredPixel::gray8 ? cost_of<std::uint8_t>(options) : cost_of<std::uint16_t>(options);
}

std::unique_ptr<FrameWork> FrameWork::create(Arena& arena, const FrameWorkOptions& options,
                                             std::span<const RegionMask> regions, const CorrectionMaps& maps) {
  if (options.pixel == StoredPixel::gray8) {
    return std::make_unique<PixelWork<std::uint8_t>>(arena, options, regions, maps);
  }
  return std::make_unique<PixelWork<std::uint16_t>>(arena, options, regions, maps);
}

std::vector<ImageKind> images_of(const CorrectConfig& correct, const ReduceConfig& reduce) {
  std::vector<ImageKind> kinds;
  if (reduce.projection) kinds = reduce.projection->kinds;
  if (correct.subtract && correct.subtract->kind != SubtractKind::sliding_mean) kinds.push_back(ImageKind::subtrahend);
  if (correct.divide) kinds.push_back(ImageKind::factor);
  return kinds;
}

}  // namespace tarsier
