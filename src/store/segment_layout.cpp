#include "store/segment_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hdf5/attribute.hpp"
#include "store/codec.hpp"
#include "store/segment_types.hpp"

namespace tarsier {
namespace {

// The partly filled chunk of a growing dataset is written again with each flush, so it is small.
constexpr std::uint64_t growing_chunk_rows = 64;
constexpr std::uint64_t growing_chunk_bytes = 16 * 1024;
constexpr std::uint64_t derived_chunk_entries = 1024;

std::uint64_t growing_chunk(std::uint64_t row_bytes) {
  return std::clamp<std::uint64_t>(growing_chunk_bytes / std::max<std::uint64_t>(row_bytes, 1), 1, growing_chunk_rows);
}

constexpr TimeseriesColumn columns[] = {
    {"frame_index", number_record<std::int32_t>},   {"recording_elapsed_sec", number_record<double>},
    {"actual_intervals", number_record<float>},     {"expected_intervals", number_record<float>},
    {"temperature_celsius", number_record<float>},  {"humidity_percent", number_record<float>},
    {"ir_led_power", number_record<std::uint8_t>},  {"white_led_power", number_record<std::uint8_t>},
    {"frame_mean_intensity", number_record<float>}, {"cumulative_drift_sec", number_record<float>},
    {"frame_drift_sec", number_record<float>},      {"sync_success", number_record<bool>},
    {"phase_transition", number_record<bool>},      {"capture_method", method_record},
};

bool is_projection(ImageKind kind) { return static_cast<std::size_t>(kind) < projection_kinds; }

Result<void> make_image_groups(WritableFile& file, const CameraRecording& camera) {
  const auto projections = std::count_if(camera.images.begin(), camera.images.end(), is_projection);
  Result<void> made;
  if (projections > 0) made = file.make_group("/tarsier/projections");
  if (made && static_cast<std::size_t>(projections) < camera.images.size())
    made = file.make_group("/tarsier/correction");
  return made;
}

Result<void> make_groups(WritableFile& file, bool frames_kept) {
  for (const char* path : {"/tarsier", "/timeseries", "/rois", "/analysis", "/images", "/entry", "/entry/activity",
                           "/entry/intensity", "/entry/frames"}) {
    if (!frames_kept && (path == std::string_view("/images") || path == std::string_view("/entry/frames"))) continue;
    if (auto made = file.make_group(path); !made) return made;
  }
  return {};
}

// Makes one that stays as it is until the seal.
Result<void> make_derived(WritableFile& file, const std::string& path, RecordType type) {
  auto series = Series::create(file.handle(), path, std::move(type), {derived_chunk_entries, {}});
  if (!series) return unexpected(std::move(series.error()));
  return {};
}

Result<void> make_all_derived(WritableFile& file, const CameraRecording& camera) {
  Result<void> made = make_derived(file, "/timestamps", number_record<double>());
  for (const TimeseriesColumn& column : columns) {
    if (made) made = make_derived(file, std::string("/timeseries/") + column.name, column.type());
  }
  if (made) made = make_derived(file, "/analysis/timestamps_sec", number_record<double>());
  for (std::size_t region = 0; made && region < camera.regions.size(); ++region) {
    made = make_derived(file, activity_path(region), number_record<float>());
  }
  if (made) made = make_derived(file, "/tarsier/chunks", chunk_record_type());
  return made;
}

Result<void> make_masks(WritableFile& file, const CameraRecording& camera) {
  auto masks = Series::create(file.handle(), "/rois/masks", number_record<std::uint8_t>(),
                              {1, {camera.size.height_px, camera.size.width_px}}, {deflate_filter(1)});
  if (!masks) return unexpected(std::move(masks.error()));
  const std::int64_t shape[] = {camera.size.height_px, camera.size.width_px};
  Result<void> done;
  for (const char* path : {"/rois", "/rois/masks"}) {
    if (done) done = write_attribute(file.handle(), path, "n_rois", static_cast<std::int64_t>(camera.regions.size()));
    if (done) done = write_attribute(file.handle(), path, "mask_shape", std::span(shape));
  }
  return done;
}

Result<Series> make_frames(WritableFile& file, const CameraRecording& camera, Codec codec, std::uint32_t level) {
  auto frames = Series::create(
      file.handle(), "/frames",
      camera.pixel == StoredPixel::gray8 ? number_record<std::uint8_t>() : number_record<std::uint16_t>(),
      {camera.frames_per_chunk, {camera.size.height_px, camera.size.width_px}},
      frame_filters(camera.pixel, codec, level));
  if (!frames) return frames;
  if (auto linked = file.hard_link("/frames", "/images/frames"); !linked) return unexpected(linked.error());
  return frames;
}

// NeXus wants data and axes as neighbours: they get second names there.
Result<void> link_into(WritableFile& file, const std::string& group, std::span<const std::string> objects) {
  for (const std::string& object : objects) {
    if (auto linked = file.hard_link(object, group + object.substr(object.rfind('/'))); !linked) return linked;
  }
  return {};
}

Result<void> link_entry(WritableFile& file, const CameraRecording& camera) {
  std::vector<std::string> activity{"/analysis/timestamps_sec"};
  for (std::size_t region = 0; region < camera.regions.size(); ++region) activity.push_back(activity_path(region));
  const std::string intensity[] = {"/timeseries/recording_elapsed_sec", "/timeseries/frame_mean_intensity"};
  const std::string frames[] = {"/frames", "/timestamps"};
  Result<void> linked = link_into(file, "/entry/activity", activity);
  if (linked) linked = link_into(file, "/entry/intensity", intensity);
  if (linked && camera.frames_kept) linked = link_into(file, "/entry/frames", frames);
  return linked;
}

Result<GrowingSeries> make_growing(WritableFile& file, const CameraRecording& camera, Codec codec,
                                   std::uint32_t level) {
  const FileHandle& handle = file.handle();
  const std::uint64_t regions = camera.regions.size();
  GrowingSeries series;
  Result<void> made;
  const auto take = [&made](Series& into, Result<Series> from) {
    if (!from) made = unexpected(std::move(from.error()));
    if (from) into = std::move(*from);
  };
  take(series.rows, Series::create(handle, "/tarsier/rows", row_record_type(), {growing_chunk(sizeof(Row)), {}}));
  take(series.regions, Series::create(handle, "/tarsier/regions", region_record_type(),
                                      {growing_chunk(sizeof(RegionRow) * regions), {regions}}));
  take(series.gaps, Series::create(handle, "/tarsier/gaps", gap_record_type(), {growing_chunk(sizeof(Gap)), {}}));
  take(series.events,
       Series::create(handle, "/tarsier/events", event_record_type(), {growing_chunk(sizeof(Event)), {}}));
  take(series.environment, Series::create(handle, "/tarsier/environment", environment_record_type(),
                                          {growing_chunk(sizeof(EnvironmentSample)), {}}));
  take(series.storage,
       Series::create(handle, "/tarsier/storage", storage_record_type(), {growing_chunk(sizeof(StorageRow)), {}}));
  for (const ImageKind kind : camera.images) {
    take(series.images[static_cast<std::size_t>(kind)].emplace(),
         Series::create(handle, image_path(kind), image_record_type(kind, camera.pixel),
                        {1, {camera.size.height_px, camera.size.width_px}}));
    if (is_projection(kind) && !series.projections) {
      take(series.projections.emplace(), Series::create(handle, "/tarsier/projections/rows", projection_record_type(),
                                                        {growing_chunk(sizeof(ProjectionRow)), {}}));
    }
  }
  if (camera.frames_kept) take(series.frames.emplace(), make_frames(file, camera, codec, level));
  if (!made) return unexpected(std::move(made.error()));
  return series;
}

}  // namespace

RecordType method_record() { return {fixed_text_type(sizeof(MethodText)), fixed_text_type(sizeof(MethodText))}; }

std::span<const TimeseriesColumn> timeseries_columns() { return columns; }

std::string image_path(ImageKind kind) {
  return fmt::format("/tarsier/{}/{}", is_projection(kind) ? "projections" : "correction", to_text(kind));
}

std::string activity_path(std::size_t region) { return fmt::format("/analysis/roi_{}_activity", region); }

Result<GrowingSeries> make_layout(WritableFile& file, const CameraRecording& camera, Codec codec,
                                  std::uint32_t deflate_level) {
  if (auto groups = make_groups(file, camera.frames_kept); !groups) return unexpected(std::move(groups.error()));
  if (auto groups = make_image_groups(file, camera); !groups) return unexpected(std::move(groups.error()));
  auto series = make_growing(file, camera, codec, deflate_level);
  if (!series) return series;
  auto made = make_all_derived(file, camera);
  if (made) made = make_masks(file, camera);
  if (made) made = link_entry(file, camera);
  if (!made) return unexpected(std::move(made.error()));
  return series;
}

}  // namespace tarsier
