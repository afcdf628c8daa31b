// What a disk may hold after the power went: replays a RecordedDisk up to a place in its log and draws states from
// there. Of the writes of a file since its last sync any pieces may be there and any not, cut at sectors of a given
// size; its size may be the old or the new one; blocks that were never written hold zeros or another file's old bytes.
// Names are durable once their folder was synced, and before that each may be there or not.
#pragma once

#include <cstring>
#include <functional>
#include <random>
#include <set>

#include "support/recorded_disk.hpp"

namespace tarsier {

// Says of each thing that is not durable whether the disk has it.
class Coins {
 public:
  // Drawn: how likely pieces, and names, survive differs from state to state.
  explicit Coins(std::uint64_t seed) : random_(seed) {
    constexpr double chances[] = {0.0, 0.1, 0.5, 0.9, 1.0};
    piece_chance_ = chances[random_() % 5];
    name_chance_ = chances[random_() % 5];
  }
  // Written out: bit i of `bits` is the answer to question i. asked() tells how many there were.
  static Coins enumerated(std::uint64_t bits) {
    Coins coins(0);
    coins.enumerated_ = true;
    coins.bits_ = bits;
    return coins;
  }
  [[nodiscard]] bool piece() { return toss(piece_chance_); }
  [[nodiscard]] bool name() { return toss(name_chance_); }
  [[nodiscard]] bool even() { return toss(0.5); }
  [[nodiscard]] std::uint64_t asked() const { return asked_; }

 private:
  bool toss(double chance) {
    const std::uint64_t question = asked_++;
    if (enumerated_) return question < 64 && ((bits_ >> question) & 1) != 0;
    return std::uniform_real_distribution<>(0, 1)(random_) < chance;
  }
  std::mt19937_64 random_;
  double piece_chance_ = 0;
  double name_chance_ = 0;
  bool enumerated_ = false;
  std::uint64_t bits_ = 0;
  std::uint64_t asked_ = 0;
};

class CrashStates {
 public:
  // `disk` outlives it and does not change.
  explicit CrashStates(const RecordedDisk& disk)
      : log_(disk.log()),
        names_(disk.before().names),
        folders_(disk.before().folders.begin(), disk.before().folders.end()),
        files_(disk.before().files) {}

  // Goes on to the moment after `changes` changes; only forwards.
  void advance(std::size_t changes) {
    for (; position_ < changes; ++position_) take(log_[position_]);
  }
  // Writes one state into `folder`, which is empty.
  void write(Coins& coins, std::uint64_t sector, const std::filesystem::path& folder) const {
    auto names = names_;
    auto folders = folders_;
    for (const auto& [where, changes] : new_names_) {
      for (const DiskChange* change : changes) {
        if (coins.name()) apply_name(*change, names, folders);
      }
    }
    for (const std::string& path : folders) {
      if (reachable(path, folders)) std::filesystem::create_directories(folder / path);
    }
    for (const auto& [path, file] : names) {
      if (reachable(path, folders)) put(folder / path, content(file, coins, sector));
    }
  }

 private:
  using Names = std::map<std::string, std::uint32_t>;
  using Content = std::vector<std::byte>;

  void take(const DiskChange& change) {
    using Kind = DiskChange::Kind;
    if (change.kind == Kind::write || change.kind == Kind::resize) {
      new_bytes_[change.file].push_back(&change);
    } else if (change.kind == Kind::sync_file) {
      Content& bytes = files_[change.file];
      for (const DiskChange* earlier : new_bytes_[change.file]) apply(*earlier, bytes);
      new_bytes_.erase(change.file);
    } else if (change.kind == Kind::sync_folder) {
      const std::string folder = change.path == "." ? "" : change.path;
      for (const DiskChange* earlier : new_names_[folder]) apply_name(*earlier, names_, folders_);
      new_names_.erase(folder);
    } else {
      const std::string& path = change.kind == Kind::rename ? change.to : change.path;
      new_names_[std::filesystem::path(path).parent_path().string()].push_back(&change);
    }
  }
  static void apply_name(const DiskChange& change, Names& names, std::set<std::string>& folders) {
    using Kind = DiskChange::Kind;
    if (change.kind == Kind::folder) folders.insert(change.path);
    if (change.kind == Kind::name) names[change.path] = change.file;
    if (change.kind == Kind::unlink) names.erase(change.path);
    if (change.kind != Kind::rename) return;
    const auto old = names.find(change.path);
    if (old != names.end() && old->second == change.file) names.erase(old);
    names[change.to] = change.file;
  }
  static void apply(const DiskChange& change, Content& bytes) {
    if (change.kind == DiskChange::Kind::resize) {
      bytes.resize(change.offset);
      return;
    }
    bytes.resize(std::max<std::uint64_t>(bytes.size(), change.offset + change.bytes.size()));
    std::copy(change.bytes.begin(), change.bytes.end(), bytes.begin() + static_cast<std::ptrdiff_t>(change.offset));
  }
  static bool reachable(const std::string& path, const std::set<std::string>& folders) {
    const std::string parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() || (folders.contains(parent) && reachable(parent, folders));
  }

  // Calls `visit` with each piece of a write that a disk of such sectors writes at once.
  static void for_each_piece(const DiskChange& write, std::uint64_t sector,
                             const std::function<void(std::uint64_t begin, std::uint64_t end)>& visit) {
    const std::uint64_t end = write.offset + write.bytes.size();
    for (std::uint64_t begin = write.offset; begin < end;) {
      const std::uint64_t next = std::min(end, (begin / sector + 1) * sector);
      visit(begin, next);
      begin = next;
    }
  }
  [[nodiscard]] Content content(std::uint32_t file, Coins& coins, std::uint64_t sector) const {
    const auto durable = files_.find(file);
    Content bytes = durable == files_.end() ? Content() : durable->second;
    const auto pending = new_bytes_.find(file);
    if (pending == new_bytes_.end()) return bytes;
    const std::byte never_written{coins.even() ? std::uint8_t{0} : std::uint8_t{0xA5}};
    std::uint64_t last_size = bytes.size();
    for (const DiskChange* change : pending->second) {
      if (change->kind == DiskChange::Kind::resize) {
        last_size = change->offset;
        if (coins.piece()) bytes.resize(change->offset, never_written);
        continue;
      }
      last_size = std::max<std::uint64_t>(last_size, change->offset + change->bytes.size());
      for_each_piece(*change, sector, [&](std::uint64_t begin, std::uint64_t end) {
        if (!coins.piece()) return;
        bytes.resize(std::max<std::uint64_t>(bytes.size(), end), never_written);
        std::memcpy(&bytes[begin], &change->bytes[begin - change->offset], end - begin);
      });
    }
    if (coins.even()) bytes.resize(last_size, never_written);
    return bytes;
  }
  // Zeros are left out, so that thousands of states with their zero-filled journals are quickly written.
  static void put(const std::filesystem::path& path, const Content& bytes) {
    constexpr std::size_t page = 4096;
    static const Content zeros(page);
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    [[maybe_unused]] ssize_t put = ::ftruncate(fd, static_cast<off_t>(bytes.size()));
    for (std::size_t i = 0; i < bytes.size(); i += page) {
      const std::size_t count = std::min(page, bytes.size() - i);
      if (std::memcmp(&bytes[i], zeros.data(), count) != 0) put = ::pwrite(fd, &bytes[i], count, static_cast<off_t>(i));
    }
    ::close(fd);
  }

  const std::vector<DiskChange>& log_;
  std::size_t position_ = 0;
  // Durable at this moment.
  Names names_;
  std::set<std::string> folders_;
  std::map<std::uint32_t, Content> files_;
  // Not yet: by file, and by the folder that holds the name.
  std::map<std::uint32_t, std::vector<const DiskChange*>> new_bytes_;
  std::map<std::string, std::vector<const DiskChange*>> new_names_;
};

}  // namespace tarsier
