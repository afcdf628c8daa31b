#include "config/parse.hpp"

#include <fmt/format.h>

#include "config/rig_json.hpp"
#include "config/rules.hpp"
#include "config/structure.hpp"

namespace tarsier {

tl::expected<Rig, RigProblems> parse_rig(const Json& document, ParseOptions options) {
  auto [normal, problems] = check_structure(rig_fields(), document, options);
  check_rules(normal, problems);
  if (problems.empty()) return rig_from(normal);
  sort_by_place(problems, document);
  return tl::unexpected<RigProblems>(std::move(problems));
}

Error to_error(const std::filesystem::path& rig, const RigProblems& problems) {
  std::string message = fmt::format("{}: {} problem{}", rig.string(), problems.size(), problems.size() == 1 ? "" : "s");
  for (const RigProblem& problem : problems) {
    const std::string place = problem.pointer.empty() ? "the document" : problem.pointer;
    std::string line = place + ": " + problem.message;
    for (char& letter : line) {
      if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) letter = '?';
    }
    message += "\n  " + line;
  }
  if (problems.size() >= most_problems) message += "\n  and perhaps more";
  return {std::move(message), true};
}

Json problems_json(const RigProblems& problems) {
  Json list = Json::array();
  for (const RigProblem& problem : problems) {
    Json& one = list.emplace_back(Json{{"pointer", problem.pointer}, {"message", problem.message}});
    if (problem.value) one["value"] = *problem.value;
    if (!problem.allowed.empty()) one["allowed"] = problem.allowed;
    if (!problem.suggestion.empty()) one["suggestion"] = problem.suggestion;
  }
  return list;
}

Json merge_patch(Json document, const Json& patch) {
  document.merge_patch(patch);
  return document;
}

}  // namespace tarsier
