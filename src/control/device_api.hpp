// What the routes ask of the device. src/daemon implements it; tests implement it with values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "config/parse.hpp"
#include "frame/row.hpp"

namespace tarsier {

// Why the device does not do what it was asked: a status of HTTP (404: there is none such, 409: not now, 422: the
// values contradict, 503: this process can't) and a sentence that names the remedy.
struct Refusal {
  unsigned status = 503;
  std::string detail;
};
template <typename Value>
using Answer = tl::expected<Value, Refusal>;
// Called once, on any thread.
template <typename Value>
using Done = std::function<void(Value)>;

struct ConfigView {
  std::uint32_t generation = 0;
  Json document;
};

enum class ChangeKind : std::uint8_t { whole, merge_patch, json_patch };

struct ConfigChange {
  ChangeKind kind = ChangeKind::whole;
  Json document;                          // a rig or a patch of the present one
  std::optional<std::uint32_t> expected;  // the generation that it was made for; none: whichever is there
  bool local = false;                     // it comes from this machine
  std::string origin;                     // "PUT from 10.0.0.7"
  bool dry_run = false;
};

struct ConfigAnswer {
  bool accepted = false;
  std::uint32_t generation = 0;  // that the device has now
  Json changes = Json::array();  // of {pointer, from, to, class}
  Json plan;
  bool needs_arm = false;    // a field of class `arm` would change: refused while recording
  RigProblems problems;      // of the document
  bool stale = false;        // `expected` is not the present generation
  bool needs_local = false;  // a field of class `local` would change, from elsewhere
  bool not_a_patch = false;  // the patch is none, or does not fit the present document: `detail` says why
  bool no_such_generation = false;
  std::string detail;  // why it was refused, where nothing above says it
  std::vector<std::string> refused_pointers;
};

struct RollbackRequest {
  std::optional<std::uint32_t> to;        // a generation; none: the one before the present one
  std::optional<std::uint32_t> expected;  // as of a change
  bool local = false;                     // it comes from this machine
  std::string peer;                       // "10.0.0.7"
};

struct StartRequest {
  std::optional<double> duration_s;
};

// Rows from memory. region_rows has rows.size() * regions.size() entries, row after row.
struct RowsPage {
  bool known = false;                // there is such a camera
  std::vector<std::string> regions;  // their names
  std::vector<Row> rows;             // frame_id ascending
  std::vector<RegionRow> region_rows;
  std::uint64_t oldest_id = 0;  // of the rows in memory; 0 when there is none
  bool more = false;            // there are newer rows than these
};

enum class SampleType : std::uint8_t { uint8, uint16, float32 };
[[nodiscard]] constexpr std::size_t bytes_per_sample(SampleType type) {
  return type == SampleType::uint8 ? 1 : type == SampleType::uint16 ? 2 : 4;
}

// One image, its lines one behind the other, in native byte order. `owner` keeps the pixels where they are: whoever
// lets go of it makes room for the next image.
struct FrameCopy {
  SampleType type = SampleType::uint8;
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
  std::uint64_t frame_id = 0;
  std::int64_t utc_ns = 0;
  std::span<const std::byte> pixels;
  std::shared_ptr<const void> owner;
};

// Called on the server's thread, which must not wait: what takes time is answered through `done`.
class DeviceApi {
 public:
  virtual ~DeviceApi() = default;

  // At once. The document of GET /v1/status as text, at most 50 ms old; never null.
  [[nodiscard]] virtual std::shared_ptr<const std::string> status() = 0;
  [[nodiscard]] virtual ConfigView config() = 0;
  // Array of {generation, utc, origin, changes: their number, changed: the first pointers}, oldest first.
  [[nodiscard]] virtual Json history() = 0;
  // Any thread; reads a file.
  [[nodiscard]] virtual Answer<Json> generation(std::uint32_t generation) = 0;
  // The folder that holds the runs' folders; empty: there is none. Constant.
  [[nodiscard]] virtual std::filesystem::path store_directory() = 0;
  // With `since_id` the oldest rows newer than it, else the newest ones; at most `limit`.
  [[nodiscard]] virtual RowsPage rows(const std::string& camera, std::optional<std::uint64_t> since_id,
                                      std::size_t limit) = 0;
  [[nodiscard]] virtual std::vector<std::string> cameras() = 0;

  // Later, and called on any thread.
  virtual void change_config(ConfigChange change, Done<ConfigAnswer> done) = 0;
  virtual void rollback(RollbackRequest request, Done<ConfigAnswer> done) = 0;
  // {"run": its name, ...}
  virtual void start_run(StartRequest request, Done<Answer<Json>> done) = 0;
  virtual void stop_run(Done<Answer<Json>> done) = 0;
  virtual void rotate(Done<Answer<Json>> done) = 0;
  // A remark of at most 63 bytes as an event in the files.
  virtual void mark(std::string text, Done<Answer<Json>> done) = 0;
  // `file` as run.json names it, `sha256` in 64 hexadecimal digits.
  virtual void mark_pulled(std::string run, std::string file, std::string sha256, Done<Answer<Json>> done) = 0;
  // With `unpulled` also what nobody has pulled yet.
  virtual void delete_run(std::string run, bool unpulled, Done<Answer<Json>> done) = 0;

  // Later, and called on any thread, one at a time. The camera's next frame, as /frames would hold it.
  virtual void frame(std::string camera, Done<Answer<FrameCopy>> done) = 0;
  // The latest image of a kind: mean, max, min, std or median.
  virtual void projection(std::string camera, std::string kind, Done<Answer<FrameCopy>> done) = 0;
};

}  // namespace tarsier
