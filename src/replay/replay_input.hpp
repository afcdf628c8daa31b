// What a user names to be replayed: which files make one recording, of which kind, and what it holds, learned without
// trusting it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/confined_child.hpp"
#include "base/result.hpp"
#include "replay/raw_recording.hpp"
#include "replay/recording.hpp"

namespace tarsier {

enum class ReplayKind : std::uint8_t {
  video,   // whatever GStreamer's pipelines read
  hdf5,    // one file
  cine,    // one file
  images,  // PNG, TIFF or PGM files in order, each of one image or more
  raw,     // headerless images
};

// What the user says about inputs that don't say it themselves.
struct ReplayOptions {
  std::string dataset = {};                         // of HDF5 files; empty: found
  std::optional<RawLayout> raw = std::nullopt;      // of raw files; none: there are none
  std::optional<double> interval_s = std::nullopt;  // between frames, where the input says nothing
};

struct ReplayInput {
  ReplayKind kind = ReplayKind::video;
  std::vector<std::filesystem::path> files;  // at least one
  ReplayOptions options;

  // "hdf5 night.h5", "images plate/ (200 files)": for people and the file's attributes.
  [[nodiscard]] std::string description() const;
};

// The kind of one file: by its content, then by its name.
[[nodiscard]] ReplayKind kind_of(const std::filesystem::path& file, const ReplayOptions& options);

// Opens what is not a video. Errors name the file.
[[nodiscard]] Result<std::unique_ptr<Recording>> open_recording(const ReplayInput& input);

// Opens it in a child process with limits, because libraries crash or hang on some malformed files, and reads its
// first, middle and last frame there; one that can be read is enough. The limits of time grow with the number of files,
// by 5 ms and 0.2 ms of the processor each. Every error is "PATH: is not a recording: ..."
// and says so when a library crashed or took too long. Call it while no other thread is inside HDF5.
[[nodiscard]] Result<RecordingFacts> probe_recording(const ReplayInput& input, const ConfinedLimits& limits = {});

}  // namespace tarsier
