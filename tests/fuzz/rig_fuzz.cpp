// A rig as it comes over the network: any bytes are refused with problems that point into the document, or make a rig
// whose own document makes the same rig again.
#include <cstdlib>
#include <string_view>

#include "config/parse.hpp"

using namespace tarsier;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = parse_json(text, "fuzz");
  if (!document) return document.error().message.empty() ? std::abort(), 0 : 0;
  ParseOptions options;
  options.own_pipelines = false;
  const auto rig = parse_rig(*document, options);
  if (!rig) {
    if (rig.error().empty()) std::abort();
    (void)to_error("fuzz", rig.error());
    return 0;
  }
  const Json complete = to_json(*rig);
  const auto again = parse_rig(complete, options);
  if (!again || to_json(*again) != complete) std::abort();
  return 0;
}
