// A recording in an HDF5 file: its frames, and what the file says about time.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "replay/hdf5_input.hpp"
#include "replay/hdf5_stack.hpp"
#include "replay/recording.hpp"

namespace tarsier {

// Whether the file begins with HDF5's signature, possibly behind a user block. False when it can't be read. Calls
// nothing of HDF5.
[[nodiscard]] bool is_hdf5(const std::filesystem::path& path);

// A frame's time is /timestamps (float64, seconds, one a frame) where that is there, else index * interval; the
// interval is the root attribute frame_interval (seconds), else the mean distance of the timestamps, else one second.
class Hdf5Recording final : public Recording {
 public:
  // `dataset` as in find_frames(). Errors give the reason only, without the path.
  [[nodiscard]] static Result<std::unique_ptr<Hdf5Recording>> open(const std::filesystem::path& path,
                                                                   const std::string& dataset = {});

  [[nodiscard]] Result<void> read(std::uint64_t index, std::span<std::byte> pixels) override;
  [[nodiscard]] Nanoseconds time(std::uint64_t index) override;

 private:
  Hdf5Recording() = default;
  [[nodiscard]] Result<void> open_frames(const std::string& dataset);
  [[nodiscard]] Result<void> open_single();
  [[nodiscard]] Result<void> learn_time();
  [[nodiscard]] Result<void> read_single(const std::string& path, std::span<std::byte> pixels) const;
  [[nodiscard]] Result<void> read_times(std::uint64_t first, std::span<double> seconds) const;
  [[nodiscard]] double seconds_at(std::uint64_t index);

  // Constant after open(), in this order: the others need the file.
  std::unique_ptr<Hdf5Input> input_;
  std::optional<Hdf5Stack> stack_;
  std::vector<std::string> single_;  // paths of datasets of one frame each; of a stack none
  DatasetHandle timestamps_;         // empty: none
  // Some timestamps, read at once, and the time that was told last.
  std::vector<double> seconds_;
  std::optional<std::uint64_t> first_second_;
  Nanoseconds last_time_{0};
};

}  // namespace tarsier
