#include "daemon/rig_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/change.hpp"
#include "config/parse.hpp"

namespace tarsier {
namespace {

// Pointers that the history tells of one change; all notes stay in memory.
constexpr std::size_t most_noted = 16;

}  // namespace

RigBook::RigBook(const RunState& state, const Clock& clock, std::filesystem::path place, std::uint32_t generation,
                 Json document, Rig rig)
    : state_(state),
      clock_(clock),
      place_(std::move(place)),
      rig_(std::move(rig)),
      generation_(generation),
      document_(std::move(document)),
      shown_generation_(generation),
      notes_(state.notes()) {}

ConfigView RigBook::view() const {
  const std::lock_guard lock(mutex_);
  return {shown_generation_, document_};
}

Json RigBook::history() const {
  const std::lock_guard lock(mutex_);
  Json list = Json::array();
  for (const GenerationNote& note : notes_) {
    list.push_back({{"generation", note.number},
                    {"utc", note.utc},
                    {"origin", note.origin},
                    {"changes", note.changes},
                    {"changed", note.changed}});
  }
  return list;
}

Answer<Json> RigBook::document_of(std::uint32_t generation) const {
  auto found = state_.config(generation);
  if (found) return std::move(*found);
  return tl::make_unexpected(Refusal{404, fmt::format("there is no generation {}", generation)});
}

Result<Json> RigBook::wanted_document(const ConfigChange& change, const Json& present) {
  switch (change.kind) {
    case ChangeKind::whole: return change.document;
    case ChangeKind::merge_patch: return merge_patch(present, change.document);
    case ChangeKind::json_patch: break;
  }
  try {
    return present.patch(change.document);
  } catch (const Json::exception& error) {
    return failure(fmt::format("the patch does not fit the present rig: {}", error.what()));
  }
}

ConfigAnswer RigBook::examine(const ConfigChange& change, const ChangeContext& context,
                              std::optional<AcceptedChange>& accepted) const {
  ConfigAnswer answer;
  answer.generation = generation_;
  answer.stale = change.expected && *change.expected != generation_;
  if (answer.stale) return answer;
  const Json present = view().document;
  auto wanted = wanted_document(change, present);
  if (!wanted) {
    answer.not_a_patch = true;
    answer.detail = wanted.error().message;
    return answer;
  }
  ParseOptions options;
  options.base_directory = place_.parent_path();
  if (!change.local) {
    options.own_pipelines = false;
    options.file_root = place_.parent_path().empty() ? "." : place_.parent_path();
    options.present = &present;
  }
  auto rig = parse_rig(*wanted, options);
  if (!rig) {
    answer.problems = std::move(rig.error());
    return answer;
  }
  const auto differences = tarsier::differences(to_json(rig_), to_json(*rig));
  std::vector<std::string> changed;
  for (const FieldChange& one : differences) {
    answer.changes.push_back(to_json(one));
    changed.push_back(one.pointer);
    const bool local = one.change == FieldClass::local;
    const bool arm = local || one.change == FieldClass::arm;
    answer.needs_arm = answer.needs_arm || arm;
    if (local && !change.local) answer.needs_local = true;
    if ((local && !change.local) || (arm && context.recording)) answer.refused_pointers.push_back(one.pointer);
  }
  if (answer.needs_local) return answer;
  answer.plan = context.plan(*rig, answer.needs_arm, answer.problems);
  if (!answer.problems.empty()) return answer;
  if (context.recording && !answer.needs_arm && !differences.empty()) {
    if (auto possible = context.can_apply(*rig); !possible) {
      answer.needs_arm = true;
      answer.detail = possible.error().message;
      answer.refused_pointers.push_back(answer.detail.substr(0, answer.detail.find(':')));
    }
  }
  answer.accepted = change.dry_run || !(answer.needs_arm && context.recording);
  if (answer.accepted && !change.dry_run && !differences.empty()) {
    accepted = AcceptedChange{std::move(*wanted), std::move(*rig), std::move(changed)};
  }
  return answer;
}

Result<std::uint32_t> RigBook::enter(AcceptedChange accepted, const std::string& origin) {
  GenerationNote note{0, iso_utc(clock_.utc()), origin, false, accepted.changed.size(), std::move(accepted.changed)};
  note.changed.resize(std::min(note.changed.size(), most_noted));
  auto number = state_.add_config(accepted.document, note);
  if (!number) return number;
  note.number = *number;
  rig_ = std::move(accepted.rig);
  generation_ = *number;
  const std::lock_guard lock(mutex_);
  document_ = std::move(accepted.document);
  shown_generation_ = *number;
  notes_.push_back(std::move(note));
  return number;
}

}  // namespace tarsier
