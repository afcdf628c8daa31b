#include "config/reference.hpp"

#include <fmt/format.h>

#include "config/fields.hpp"
#include "config/pipeline.hpp"
#include "config/pipeline_fields.hpp"

namespace tarsier {
namespace {

constexpr auto introduction = R"(# Configuration

Every key of a rig, written by `tarsier schema --reference`. `*` stands for any element of a list or key of a map. A
change acts, by its class, `live` at the next frame, `segment` in a new segment, `arm` with the next run (refused while
recording), `local` likewise and only from the device itself.

)";
constexpr auto head = "| key | value | default | class | meaning |\n|---|---|---|---|---|\n";

// A cell of a table can't hold its border.
std::string cell(std::string text) {
  for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, 1, '\\');
  return text;
}

std::string default_text(const Field& field) {
  if (field.required) return "required";
  const bool shown = field.fallback && !field.fallback->is_object();
  return shown ? fmt::format("`{}`", field.fallback->dump()) : "";
}

std::string table_of(const FieldTable& fields) {
  std::string text = head;
  for (const Field& field : fields) {
    if (field.pattern.empty()) continue;
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", field.pattern, cell(expected(field)),
                        cell(default_text(field)), to_text(field.change), cell(field.help));
  }
  return text;
}

}  // namespace

std::string rig_reference() {
  std::string text = introduction + table_of(rig_fields());
  for (const std::string& name : installed_pipelines()) {
    const auto pipeline = load_pipeline(name);
    if (!pipeline) continue;  // whoever names it hears what is wrong with it
    text += fmt::format("\n## Pipeline {}\n{}\n\n", name, pipeline->summary);
    text += table_of(parameter_fields(*pipeline, "/cameras/*/source"));
  }
  return text;
}

}  // namespace tarsier
