#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"
#include "config/parse.hpp"
#include "daemon/calibration_file.hpp"
#include "daemon/camera_look.hpp"
#include "daemon/frame_grab.hpp"
#include "daemon/stop_signals.hpp"
#include "kernels/reduce.hpp"

namespace tarsier {
namespace {

constexpr Nanoseconds patience = std::chrono::seconds(10);
// More of the pixels at the largest value than this, and a flat field tells less than it seems to.
constexpr double most_saturated = 0.001;

struct CalibrateArguments {
  std::filesystem::path rig;
  std::filesystem::path output;
  std::string kind;
  std::string camera;
  std::uint32_t frames = 100;
  bool json = false;
};

// What was gathered: the exact sums, and what tells a bad calibration.
struct Gathered {
  MeanImage image;
  std::uint32_t largest = UINT32_MAX;  // value of a sample; all ones: unknown
  std::uint64_t saturated = 0;         // pixels, of all frames

  template <typename Pixel>
  void add(std::span<const Pixel> pixels) {
    accumulate(pixels, image.sums);
    saturated += static_cast<std::uint64_t>(std::ranges::count(pixels, largest));
  }
};

Result<ResolvedCamera> choose_camera(const CalibrateArguments& arguments) {
  const auto document = read_json(arguments.rig);
  if (!document) return unexpected(document.error());
  auto rig = load_rig(*document, arguments.rig, false);
  if (!rig) return unexpected(std::move(rig.error()));
  const auto named = [&](const CameraConfig& camera) { return camera.name == arguments.camera; };
  if (arguments.camera.empty() && rig->cameras.size() > 1)
    return misuse(
        fmt::format("{}: has {} cameras; name one with --camera", arguments.rig.string(), rig->cameras.size()));
  if (!arguments.camera.empty()) std::erase_if(rig->cameras, std::not_fn(named));
  if (rig->cameras.empty())
    return misuse(fmt::format("{}: has no camera {}", arguments.rig.string(), arguments.camera));
  // The files that it names may be the ones to be recorded.
  rig->cameras.front().correct = {};
  auto resolved = resolve_cameras(*rig, arguments.rig);
  if (!resolved) return unexpected(std::move(resolved.error()));
  return std::move(resolved->front());
}

Result<Gathered> gather(const CalibrateArguments& arguments, const ResolvedCamera& camera) {
  const StopSignals signals;
  Gathered gathered;
  gathered.largest = largest_sample(camera.facts.format).value_or(UINT32_MAX);
  gathered.image = {camera.stored, 0, std::vector<std::uint32_t>(camera.stored.pixels())};
  auto taken = grab_frames(
      camera, arguments.frames, patience, signals.request(), [&](const SlotHeader&, std::span<const std::byte> pixels) {
        if (camera.config.convert.pixel == StoredPixel::gray8) {
          gathered.add(std::span(reinterpret_cast<const std::uint8_t*>(pixels.data()), camera.stored.pixels()));
        } else {
          gathered.add(std::span(reinterpret_cast<const std::uint16_t*>(pixels.data()), camera.stored.pixels()));
        }
      });
  if (!taken) return unexpected(std::move(taken.error()));
  if (*taken == 0) return failure(camera.config.name + ": the source gave no frame");
  gathered.image.frames = *taken;
  return gathered;
}

double mean_level(const MeanImage& image) {
  double sum = 0;
  for (const std::uint32_t value : image.sums) sum += value;
  return sum / static_cast<double>(image.sums.size()) / image.frames;
}

// What a person would see who looked at the image; empty when all is well.
std::vector<std::string> doubts(const CalibrateArguments& arguments, const Gathered& gathered, double mean,
                                std::optional<std::uint32_t> largest) {
  std::vector<std::string> list;
  if (!largest) return list;  // what is bright or dark then, nobody knows
  const double values = static_cast<double>(gathered.image.sums.size()) * gathered.image.frames;
  const double saturated = static_cast<double>(gathered.saturated) / values;
  if (arguments.kind == "dark" && mean > *largest / 5.0)
    list.push_back(fmt::format("the dark frame has a mean of {:.1f} of {}; is the lens covered?", mean, *largest));
  if (arguments.kind == "flat" && mean < *largest / 20.0)
    list.push_back(
        fmt::format("the flat field has a mean of {:.1f} of {} only; more light or exposure makes it less "
                    "noisy",
                    mean, *largest));
  if (saturated > most_saturated)
    list.push_back(
        fmt::format("{:.2g} % of the pixels are at the largest value; less light or exposure keeps what they "
                    "would tell",
                    saturated * 100));
  return list;
}

int calibrate(const CalibrateArguments& arguments) {
  if (std::filesystem::exists(std::filesystem::symlink_status(arguments.output)))
    return report({arguments.output.string() + ": exists and is never overwritten; give -o another name", true});
  const auto folder = std::filesystem::absolute(arguments.output).parent_path();
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return report(
        {fmt::format("--output: {} is not there or may not be written to; name another folder", folder.string()),
         true});
  const auto camera = choose_camera(arguments);
  if (!camera) return report(camera.error());
  const auto gathered = gather(arguments, *camera);
  if (!gathered) return report(gathered.error());
  const auto& image = gathered->image;
  const StoredPixel pixel = camera->config.convert.pixel;
  const auto written = write_calibration(
      arguments.output, image, pixel,
      {arguments.kind, camera->config.name, camera->facts.pipeline_line, iso_utc(SystemClock().utc())});
  if (!written) return report(written.error());
  const double mean = mean_level(image);
  const auto warnings = doubts(arguments, *gathered, mean, largest_sample(camera->facts.format));
  if (arguments.json) {
    const Json facts = {{"file", arguments.output.string()},
                        {"kind", arguments.kind},
                        {"camera", camera->config.name},
                        {"frames", image.frames},
                        {"width_px", image.size.width_px},
                        {"height_px", image.size.height_px},
                        {"mean", mean},
                        {"warnings", warnings}};
    fmt::print("{}\n", facts.dump(2, ' ', false, Json::error_handler_t::replace));
  } else {
    fmt::print("{}: {} of {}x{} pixels, mean {:.2f} of {}\n", arguments.output.string(),
               counted(image.frames, arguments.kind == "dark" ? "dark frame" : "flat frame"), image.size.width_px,
               image.size.height_px, mean, largest_value(pixel));
    for (const auto& warning : warnings) fmt::print("warning: {}\n", warning);
  }
  return exit_done;
}

}  // namespace

void add_calibrate_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<CalibrateArguments>();
  auto* command =
      application.add_subcommand("calibrate", "Record a dark frame or a flat field for a camera's correction");
  command->add_option("RIG", arguments->rig, "The rig's JSON file; its `correct` is not used")->required();
  command->add_option("--kind", arguments->kind, "dark: lens covered; flat: an even surface, evenly lit")
      ->required()
      ->check(CLI::IsMember({"dark", "flat"}));
  command->add_option("-o,--output", arguments->output, "HDF5 file to make; never overwritten")->required();
  command->add_option("--camera", arguments->camera, "Its name, where the rig has several");
  command->add_option("--frames", arguments->frames, "How many frames the mean is of")
      ->check(CLI::Range(1U, most_mean_frames))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print the facts as JSON");
  command->footer(
      "The frames are cropped, binned and turned as the rig says; their exact sums are kept. Name the file in the "
      "rig:\n"
      "  \"correct\": {\"subtract\": {\"kind\": \"dark_file\", \"path\": \"dark.h5\"},\n"
      "              \"divide\": {\"kind\": \"flat_file\", \"path\": \"flat.h5\"}}\n"
      "Example:\n  tarsier calibrate --kind dark rig.json -o dark.h5");
  command->callback([arguments, &job] { job = [arguments] { return calibrate(*arguments); }; });
}

}  // namespace tarsier
