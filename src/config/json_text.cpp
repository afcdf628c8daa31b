#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/file_operations.hpp"
#include "config/parse.hpp"
#include "config/structure.hpp"

namespace tarsier {
namespace {

constexpr std::size_t deepest = 64;
constexpr Bytes largest = mebibytes(16);

// Line and column of the byte at `offset`, both from 1.
std::string line_and_column(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("line {}, column {}", line, before.size() - line_start + 1);
}

// The parser's own words without its prefix: "syntax error while parsing value - unexpected ']'; expected ...".
std::string reason_of(std::string_view what) {
  const auto column = what.find("column ");
  const auto start = what.find(": ", column == std::string_view::npos ? 0 : column);
  if (column == std::string_view::npos) return std::string(what.substr(std::min(what.find("] ") + 2, what.size())));
  return std::string(what.substr(std::min(start, what.size() - 2) + 2));
}

// Builds the document while it watches for what the library's own builder lets pass: keys written twice and deep nests.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, std::string_view place) : text_(text), place_(place) {}

  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(Json::number_integer_t value) override { return add(Json(value)); }
  bool number_unsigned(Json::number_unsigned_t value) override { return add(Json(value)); }
  bool number_float(Json::number_float_t value, const std::string&) override { return add(Json(value)); }
  bool string(std::string& value) override { return add(Json(std::move(value))); }
  bool binary(Json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(std::string& name) override {
    Level& level = levels_.back();
    if (!level.keys.insert(name).second)
      return fail(below(level.pointer, name) + ": the key is written twice; remove one");
    level.key = name;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    return fail(line_and_column(text_, position == 0 ? 0 : position - 1) + ": " + reason_of(error.what()));
  }

  Result<Json> take() {
    if (!error_.empty()) return misuse(std::string(place_) + ": " + error_);
    return std::move(root_);
  }

 private:
  struct Level {
    Json* value;
    std::string pointer;
    std::string key{};
    std::unordered_set<std::string> keys{};
  };

  bool add(Json value) {
    place_value(std::move(value));
    return true;
  }

  bool open(Json empty) {
    if (levels_.size() == deepest) return fail(fmt::format("nested deeper than {} levels", deepest));
    std::string pointer = levels_.empty() ? "" : pointer_of_next();
    levels_.push_back({place_value(std::move(empty)), std::move(pointer)});
    return true;
  }

  bool close() {
    levels_.pop_back();
    return true;
  }

  bool fail(std::string message) {
    error_ = std::move(message);
    return false;
  }

  [[nodiscard]] std::string pointer_of_next() const {
    const Level& level = levels_.back();
    return level.value->is_object() ? below(level.pointer, level.key) : below(level.pointer, level.value->size());
  }

  // Puts the value where the text has it. The pointer holds until the value's parent gets its next child, and by then
  // the value's own level is closed.
  Json* place_value(Json value) {
    if (levels_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *levels_.back().value;
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    // Without looking for the key, which is known to be new: many keys stay linear.
    auto& object = parent.get_ref<Json::object_t&>();
    object.Json::object_t::Container::emplace_back(levels_.back().key, std::move(value));
    return &object.back().second;
  }

  const std::string_view text_;
  const std::string_view place_;
  Json root_;
  std::vector<Level> levels_;
  std::string error_;
};

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view place) {
  if (text.size() > largest.count) return misuse(fmt::format("{}: larger than {}", place, to_text(largest)));
  Builder builder(text, place);
  // The builder keeps the reason of a failure.
  static_cast<void>(Json::sax_parse(text, &builder));
  return builder.take();
}

Result<Json> read_json(const std::filesystem::path& path) {
  const auto text = read_text(system_files(), path, largest);
  if (!text) return unexpected(text.error());
  return parse_json(*text, path.string());
}

}  // namespace tarsier
