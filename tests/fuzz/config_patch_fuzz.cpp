// A change of the rig as it comes over the network: whatever is merged into a valid rig, the outcome is refused with
// problems or is a rig again.
#include <cstdlib>
#include <string_view>

#include "config/parse.hpp"

using namespace tarsier;

namespace {

Json rig_before() {
  return Json::parse(R"({
    "experiment": "fuzz",
    "cameras": [ {
      "name": "plate", "source": { "pipeline": "test", "width_px": 640, "height_px": 480, "fps": 10 },
      "sampling": { "interval_s": 5 },
      "regions": [ { "name": "well-1", "circle": { "x_px": 204, "y_px": 256, "radius_px": 90 } } ] } ],
    "store": { "directory": "recordings" } })");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Json before = rig_before();
  const auto patch = parse_json(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!patch) return 0;
  const Json after = merge_patch(before, *patch);
  ParseOptions options;
  options.own_pipelines = false;
  const auto rig = parse_rig(after, options);
  if (!rig && rig.error().empty()) std::abort();
  // RFC 7396: what a patch made, it makes again.
  if (merge_patch(after, *patch) != after) std::abort();
  return 0;
}
