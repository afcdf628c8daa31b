#include "store/verify_content.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "hdf5/attribute.hpp"
#include "hdf5/file.hpp"
#include "hdf5/objects.hpp"
#include "store/segment_attributes.hpp"
#include "store/segment_layout.hpp"
#include "store/segment_types.hpp"
#include "store/verify_rows.hpp"

namespace tarsier {
namespace {

// Smaller chunks are padded, so their size tells nothing.
constexpr std::uint64_t smallest_chunk_bytes = 4096;

// "/frames" or the path of a kind of image; none: no such dataset.
std::optional<std::string> chunked_path(std::uint8_t dataset) {
  if (dataset == 0) return "/frames";
  if (dataset > image_kinds) return std::nullopt;
  return image_path(static_cast<ImageKind>(dataset - 1));
}

// One dataset whose chunks are listed, and how far the list has come in it.
struct Listed {
  std::string path;
  Series series;
  std::uint64_t step = 1;  // entries in a chunk
  std::uint64_t next = 0;  // entry that the next chunk begins with
};

class Inspection {
 public:
  Inspection(const std::filesystem::path& path, const std::function<void(std::uint64_t)>& advance)
      : path_(path), advance_(advance), found_{{"faults", Json::array()}, {"bad", Json::array()}} {}

  Json run() {
    if (open()) {
      look_at_attributes();
      look_at_contents();
      look_at_chunks();
      if (file_frames_ != UINT64_MAX) found_["frames"] = file_frames_;
      RowInspection(file_, found_).run();
    }
    return std::move(found_);
  }

 private:
  void fault(std::string sentence) { found_["faults"].push_back(std::move(sentence)); }

  bool open() {
    auto file = open_for_reading(path_);
    if (!file) {
      fault(fmt::format("HDF5 cannot open it ({}); it is damaged or incomplete: fetch it anew",
                        file.error().message.substr(path_.string().size() + 2)));
      return false;
    }
    file_ = std::move(*file);
    if (!has_object(file_, "/tarsier") || !has_attribute(file_, "/tarsier", "format")) {
      fault("is HDF5, but Tarsier did not write it, so nothing says what its bytes were; name a file of ours");
      return false;
    }
    const auto format = read_integer_attribute(file_, "/tarsier", "format");
    if (format && *format == segment_format) return true;
    fault(format ? fmt::format("has format {}, this version knows {}; use a newer one", *format, segment_format)
                 : format.error().message);
    return false;
  }

  void look_at_attributes() {
    const auto finalized = read_integer_attribute(file_, "/", "finalized");
    if (!finalized || *finalized == 0) fault("is not sealed: its recording goes on, or was interrupted");
    for (const char* name : {"camera", "run"}) {
      const auto text = read_text_attribute(file_, "/tarsier", name);
      if (text) found_[name] = *text;
      if (!text) fault(text.error().message);
    }
    found_["segment"] = read_integer_attribute(file_, "/tarsier", "segment").value_or(0);
    const auto ledger = read_text_attribute(file_, "/tarsier", "ledger");
    found_["ledger"] = ledger ? Json::parse(*ledger, nullptr, false) : Json();
    if (!ledger || !found_["ledger"].is_object()) {
      found_["ledger"] = nullptr;
      fault("the ledger (attribute of /tarsier) cannot be read");
    }
  }

  // The datasets that carry the hash of their own content.
  void look_at_contents() {
    const auto datasets = list_datasets(file_);
    if (!datasets) return fault(datasets.error().message);
    for (const DatasetNames& names : *datasets) {
      const std::string& path = names.paths.front();
      if (!has_attribute(file_, path, content_hash_attribute)) continue;
      const auto expected = read_unsigned_attribute(file_, path, content_hash_attribute);
      const auto hash = content_hash(file_, path);
      if (!expected || !hash) {
        fault(expected ? hash.error().message : expected.error().message);
      } else if (*expected != *hash) {
        fault(fmt::format("{}: its content is not what was sealed", path));
      }
    }
  }

  void look_at_chunks() {
    auto list = Series::open(file_, "/tarsier/chunks", chunk_record_type());
    if (!list) return fault(list.error().message);
    std::vector<ChunkRecord> block;
    for (std::uint64_t first = 0; first < list->length(); first += block.size()) {
      block.resize(std::min(block_entries, list->length() - first));
      if (auto read = list->read(first, block.size(), block.data()); !read) return fault(read.error().message);
      for (const ChunkRecord& record : block) look_at_chunk(record);
    }
    found_["chunks"] = list->length();
    found_["bytes"] = bytes_;
    for (std::uint8_t dataset = 0; dataset <= image_kinds; ++dataset) look_for_unlisted(dataset);
  }

  Listed* listed(std::uint8_t dataset) {
    if (dataset >= listed_.size()) return nullptr;
    if (listed_[dataset]) return &*listed_[dataset];
    const auto path = chunked_path(dataset);
    if (!path || !has_object(file_, *path)) return nullptr;
    auto series = Series::open(file_, *path, number_record<std::uint8_t>());
    const auto step = series ? series->entries_per_chunk() : Result<std::uint64_t>(unexpected(series.error()));
    if (!step || *step == 0) return nullptr;
    return &listed_[dataset].emplace(Listed{*path, std::move(*series), *step});
  }

  void look_at_chunk(const ChunkRecord& record) {
    Listed* const dataset = listed(record.dataset);
    if (dataset == nullptr)
      return fault(fmt::format("lists a chunk of a dataset ({}) that is not there", record.dataset));
    const std::uint64_t left = dataset->series.length() - std::min(dataset->next, dataset->series.length());
    if (record.first_index != dataset->next || record.count != std::min(dataset->step, left) || record.count == 0) {
      fault(fmt::format("{}: the list of chunks does not fit it at entry {}", dataset->path, record.first_index));
      if (record.first_index >= dataset->series.length()) return;
    }
    dataset->next = record.first_index + record.count;
    if (const std::string reason = what_is_wrong(*dataset, record); !reason.empty()) {
      add_bad(dataset->path, record, reason);
    }
    bytes_ += record.bytes;
    advance_(record.bytes);
  }

  std::string what_is_wrong(const Listed& dataset, const ChunkRecord& record) {
    const auto stored = dataset.series.stored_bytes(record.first_index);
    if (!stored) return stored.error().message;
    if (*stored == 0) return "is not in the file";
    if (*stored != record.bytes) return fmt::format("has {} bytes, {} were sealed", *stored, record.bytes);
    buffer_.resize(record.bytes);
    const auto mask = dataset.series.read_chunk(record.first_index, buffer_);
    if (!mask) return mask.error().message;
    if (xxh3_64(buffer_) != record.hash) return "its bytes are not those that were sealed";
    return mask_fits(dataset, *mask, record.bytes) ? "" : "its filter mask does not fit its size";
  }

  // The mask is in no hash: a chunk whose filters are all skipped has the pixels' size, and no other has.
  bool mask_fits(const Listed& dataset, std::uint32_t mask, std::uint64_t bytes) const {
    const auto filters = dataset.series.filter_count();
    if (!filters || *filters > 31) return false;
    const std::uint64_t raw_bytes = dataset.series.chunk_bytes().value_or(0);
    const std::uint32_t all = (1U << *filters) - 1U;
    if (mask != 0 && mask != all) return false;
    return *filters == 0 || (mask == all) == (bytes == raw_bytes) || raw_bytes <= smallest_chunk_bytes;
  }

  void add_bad(const std::string& path, const ChunkRecord& record, const std::string& reason) {
    Json& bad = found_["bad"];
    const std::uint64_t last = record.first_index + std::max<std::uint64_t>(record.count, 1) - 1;
    if (!bad.empty() && bad.back()["dataset"] == path) {
      Json& before = bad.back();
      const bool next = before["last"].get<std::uint64_t>() + 1 == record.first_index && before["reason"] == reason;
      if (next || bad.size() >= most_bad_stretches) {
        before["last"] = last;
        return;
      }
    }
    bad.push_back({{"dataset", path},
                   {"first", record.first_index},
                   {"last", last},
                   {"first_id", nullptr},
                   {"last_id", nullptr},
                   {"reason", reason}});
  }

  void look_for_unlisted(std::uint8_t dataset) {
    Listed* const known = listed(dataset);
    if (known == nullptr) return;
    if (dataset == 0) file_frames_ = known->series.length();
    if (known->next == known->series.length()) return;
    fault(fmt::format("{}: holds {} entries, but chunks of {} are listed", known->path, known->series.length(),
                      known->next));
  }

  const std::filesystem::path& path_;
  const std::function<void(std::uint64_t)>& advance_;
  Json found_;
  FileHandle file_;
  std::array<std::optional<Listed>, 1 + image_kinds> listed_;
  std::vector<std::byte> buffer_;
  std::uint64_t bytes_ = 0;
  std::uint64_t file_frames_ = UINT64_MAX;  // none: no /frames
};

}  // namespace

Json look_through(const std::filesystem::path& path, const std::function<void(std::uint64_t)>& advance) {
  return Inspection(path, advance).run();
}

}  // namespace tarsier
