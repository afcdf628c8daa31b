// The arithmetic of promise 1: who needs how much memory, and how that compares with the budget.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/json.hpp"

namespace tarsier {

struct MemoryConsumer {
  std::string name;  // "plate-a: frame slots"
  Bytes bytes;
  std::string what;  // "16 slots of 1224x1024 gray8"
};

struct CameraPlan {
  std::string camera;
  bool lossless = false;        // replayed: a full ring is waited for; else refused, counted
  double buffered_s = 0;        // seconds of frames that the ring holds; 0: rate unknown
  double stall_survived_s = 0;  // seconds of disk stall that ring and backlog survive, coded at worst
  double megabytes_per_s = 0;   // to disk, uncompressed: the most that can come
  std::uint64_t backlog_chunks = 0;
  std::uint64_t frames_per_chunk = 1;
  std::uint64_t row_entries = 0;
  std::uint64_t history_rows = 0;  // that stay in memory for those who look on
};

// A change of the rig that would help, with its number: "cameras/0/slots from 16 to 9 saves 8.4 MiB".
struct Remedy {
  std::string text;
  Bytes saves;
};

struct Plan {
  Bytes budget;
  std::vector<MemoryConsumer> consumers;  // in resident memory
  std::vector<MemoryConsumer> elsewhere;  // kernel and driver buffers, not resident: listed apart
  std::vector<CameraPlan> cameras;
  std::vector<Remedy> remedies;  // only when over budget, best first
  Bytes preview;                 // the largest image that may be asked for; 0: nobody looks on
  Bytes arena;                   // part of the total: what Arena maps
  double disk_megabytes_per_s = 0;
  double hours_until_full = 0;  // at that rate, beside the reserve
  std::string disk_shortage;    // why the disk may not hold the planned run; empty: it does, or has no end
  bool disk_too_small = false;  // it certainly will not

  [[nodiscard]] Bytes total() const;
  [[nodiscard]] bool fits() const { return total() <= budget; }
  // The table for a person: consumers with the biggest first, totals, remedies.
  [[nodiscard]] std::string table() const;
  [[nodiscard]] Json json() const;
};

}  // namespace tarsier
