// A small run of sealed segments with true hashes, for the tests of what reads them.
#pragma once

#include <fmt/format.h>

#include <fstream>
#include <vector>

#include "base/hash.hpp"
#include "store/codec.hpp"
#include "store/sample_recording.hpp"

namespace tarsier {

// A frame of sample_chunk()'s pattern; its two bytes a pixel differ for gray16.
inline std::vector<std::byte> sample_frame(const CameraRecording& camera, std::uint64_t frame) {
  std::vector<std::byte> bytes(camera.size.pixels() * bytes_per_pixel(camera.pixel));
  for (std::uint64_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>((7 * frame + i) % 251);
  return bytes;
}

// Rows first ... first + count - 1 of one recording as a sealed segment.
inline void make_sealed(const std::filesystem::path& path, const CameraRecording& camera, std::uint32_t number,
                        std::uint64_t first, std::uint64_t count, Codec codec = Codec::deflate) {
  ChunkCodec coder = must(ChunkCodec::create(codec, 1));
  const RunFacts run = sample_run();
  auto writer = must(SegmentWriter::create(system_files(), path, run, camera, number, codec, 1));
  const std::uint64_t frame_bytes = camera.size.pixels() * bytes_per_pixel(camera.pixel);
  const std::uint64_t step = camera.frames_per_chunk;
  std::vector<std::byte> chunk(frame_bytes * step);
  std::vector<std::byte> coded(std::max<std::uint64_t>(largest_coded(chunk.size()), chunk.size()));
  std::vector<ChunkEntry> chunks;
  for (std::uint64_t begin = 0; camera.frames_kept && begin < count; begin += step) {
    const std::uint64_t frames = std::min(step, count - begin);
    coder.blank(camera.pixel, frame_bytes, 0, chunk);
    for (std::uint64_t i = 0; i < frames; ++i) {
      coder.place(camera.pixel, sample_frame(camera, first + begin + i), i, chunk);
    }
    const CodedSize size = coder.encode(camera.pixel, chunk, coded);
    const auto bytes = std::span(coded).first(size.bytes);
    const ChunkPlace place = must(writer->write_chunk(begin / step, bytes, size.filter_mask, begin + frames));
    chunks.push_back({begin / step, frames, place.offset, place.bytes, xxh3_64(bytes), size.filter_mask});
  }
  std::vector<Row> rows;
  std::vector<RegionRow> regions;
  for (std::uint64_t i = first; i < first + count; ++i) {
    rows.push_back(sample_row(i));
    rows.back().stored_index = camera.frames_kept ? static_cast<std::int64_t>(i - first) : -1;
    for (std::uint64_t r = 0; r < camera.regions.size(); ++r) regions.push_back(sample_region(i, r));
  }
  must(writer->append_rows(rows, regions));
  const Gap gap{first + count + 100, first + count + 100, GapCause::ring_full, false, 1, 2};
  must(writer->append_gaps({&gap, 1}));
  must(writer->close());
  SealFacts facts;
  facts.ledger.stored = first + count;
  facts.next_frame_id = 100 + first + count;
  facts.ended_utc_ns = 1'767'225'700'000'000'000 + static_cast<std::int64_t>(number);
  must(seal_segment(system_files(), path, run, camera, chunks, facts));
}

// A run's folder with one segment for each of `counts` rows, all of one camera, and its run.json. Gives the segments.
inline std::vector<std::filesystem::path> make_run(const std::filesystem::path& folder, const CameraRecording& camera,
                                                   const std::vector<std::uint64_t>& counts,
                                                   Codec codec = Codec::deflate) {
  std::filesystem::create_directories(folder / camera.camera);
  std::vector<std::filesystem::path> paths;
  Json segments = Json::array();
  std::uint64_t first = 0;
  for (const std::uint64_t count : counts) {
    const auto number = static_cast<std::uint32_t>(paths.size() + 1);
    const auto file = std::filesystem::path(camera.camera) / fmt::format("sleep_plate-a_x_{:06}.h5", number);
    make_sealed(folder / file, camera, number, first, count, codec);
    segments.push_back({{"file", file.string()},
                        {"first_id", 100 + first},
                        {"last_id", 99 + first + count},
                        {"frames", camera.frames_kept ? count : 0},
                        {"rows", count},
                        {"bytes", std::filesystem::file_size(folder / file)},
                        {"sha256", nullptr},
                        {"sealed", true}});
    paths.push_back(folder / file);
    first += count;
  }
  LedgerCounts counts_of_all;
  counts_of_all.stored = first;
  const Json camera_entry = {{"name", camera.camera}, {"segments", segments}, {"ledger", to_json(counts_of_all)}};
  const Json document = {{"run", "sleep"}, {"ended", "2026-01-01"}, {"cameras", Json::array({camera_entry})}};
  std::ofstream(folder / "run.json") << document.dump(1);
  return paths;
}

// Changes one byte of a file.
inline void flip_byte(const std::filesystem::path& path, std::uint64_t offset) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(byte);
}

}  // namespace tarsier
