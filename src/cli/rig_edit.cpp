#include "cli/rig_edit.hpp"

#include <fmt/format.h>

#include <sstream>

#include "base/file_operations.hpp"
#include "client/answer_json.hpp"
#include "config/parse.hpp"

namespace tarsier {
namespace {

constexpr unsigned ok = 200, stale = 412, wrong = 422;

std::string with_notes(const std::string& notes, const std::string& text) {
  std::string noted;
  std::istringstream lines(notes);
  for (std::string line; std::getline(lines, line);) noted += "// " + line + "\n";
  return noted + text + "\n";
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

class Edit {
 public:
  Edit(const EditWorld& world, const std::filesystem::path& file) : world_(world), file_(file) {}

  Result<EditOutcome> run() {
    auto begun = begin();
    if (!begun) return unexpected(std::move(begun.error()));
    auto outcome = go_on();
    if (!outcome) return unexpected(kept(std::move(outcome.error())));
    remove();
    return outcome;
  }

 private:
  Result<void> begin() {
    const auto answer = world_.ask({.target = "/v1/config"});
    if (!answer) return unexpected(answer.error());
    if (answer->status != ok) return unexpected(refusal_of(*answer, "/v1/config"));
    etag_ = answer->etag;
    first_ = text_ = trimmed(answer->body);
    return replace_text(system_files(), file_, text_ + "\n");
  }

  Result<EditOutcome> go_on() {
    while (true) {
      const auto before = text_;
      if (auto opened = open(); !opened) return unexpected(std::move(opened.error()));
      if (text_ == first_) return EditOutcome{};
      if (text_.empty()) return EditOutcome{EditEnd::declined, {}};
      auto checked = check();
      if (checked) return apply(*checked);
      if (!worth_another_look_ || text_ == before) return unexpected(std::move(checked.error()));
      const auto noted = with_notes(checked.error().message, text_);
      if (auto written = replace_text(system_files(), file_, noted); !written)
        return unexpected(std::move(written.error()));
    }
  }

  Result<void> open() {
    if (auto edited = world_.edit(file_); !edited) return edited;
    auto text = read_text(system_files(), file_);
    if (!text) return unexpected(std::move(text.error()));
    text_ = trimmed(without_notes(*text));
    return {};
  }

  // What the change would do, as the device says.
  Result<Json> check() {
    worth_another_look_ = true;
    // When its one line of a message stands above the rig, the message's line is the editor's.
    auto rig = parse_json("\n" + text_, "the rig");
    if (!rig) return rig;
    return asked("POST", "/v1/config/validate");
  }

  Result<EditOutcome> apply(const Json& checked) {
    const auto changes = checked.find("changes");
    if (changes == checked.end() || changes->empty()) return EditOutcome{};
    if (!world_.agreed(*changes)) return EditOutcome{EditEnd::declined, {}};
    auto answer = asked("PUT", "/v1/config");
    if (!answer) return unexpected(std::move(answer.error()));
    return EditOutcome{EditEnd::applied, std::move(*answer)};
  }

  Result<Json> asked(const std::string& method, const std::string& target) {
    const auto answer =
        world_.ask({.method = method, .target = target, .headers = {{"If-Match", etag_}}, .body = text_});
    if (!answer) {
      worth_another_look_ = false;
      return unexpected(answer.error());
    }
    worth_another_look_ = answer->status == wrong;
    if (answer->status == ok) {
      auto document = parse_answer(answer->body);
      if (document.is_discarded()) return failure(target + " answers, but not in JSON: is that a tarsierd?");
      return document;
    }
    if (answer->status == stale)
      return failure(
          "somebody else has changed the rig since; `tarsier config edit` shows it as it is now, for you to "
          "make your changes again");
    return unexpected(refusal_of(*answer, target));
  }

  // Nothing is lost with a text that is the device's own.
  Error kept(Error error) {
    if (text_ == first_) {
      remove();
    } else {
      error.message += fmt::format("\nyour text is kept in {}", file_.string());
    }
    return error;
  }

  void remove() { static_cast<void>(system_files().unlink(file_.c_str())); }

  const EditWorld& world_;
  const std::filesystem::path& file_;
  std::string etag_;          // of what the edit began from
  std::string first_, text_;  // the rig then, and as it is now, without notes
  bool worth_another_look_ = true;
};

}  // namespace

Result<EditOutcome> edit_rig(const EditWorld& world, const std::filesystem::path& file) {
  return Edit(world, file).run();
}

std::string without_notes(const std::string& text) {
  std::size_t at = 0;
  while (text.compare(at, 2, "//") == 0) {
    const auto end = text.find('\n', at);
    if (end == std::string::npos) return "";
    at = end + 1;
  }
  return text.substr(at);
}

}  // namespace tarsier
