#include "hdf5/bitshuffle.hpp"

#include <random>
#include <vector>

#include "CppUTest/TestHarness.h"
#include "hdf5/file.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

using Bytes8 = std::vector<std::byte>;

// Slopes with two bits of noise in each element, so that some rows of bits shrink and some do not.
Bytes8 scene(std::size_t bytes, std::size_t element_bytes) {
  std::mt19937 random(7);
  Bytes8 data(bytes);
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::size_t slope = i % element_bytes == 0 ? i / 64 + random() % 4 : i / 4096;
    data[i] = static_cast<std::byte>(slope);
  }
  return data;
}

Bytes8 coded(const Bytes8& chunk, std::size_t element_bytes) {
  BitshuffleEncoder encoder;
  Bytes8 into(2 * chunk.size() + 200);
  into.resize(encoder.encode(chunk, element_bytes, into));
  return into;
}

}  // namespace

TEST_GROUP(Bitshuffle){};

TEST(Bitshuffle, chunks_of_any_length_decode_to_themselves_whatever_follows) {
  for (const std::size_t element_bytes : {std::size_t{1}, std::size_t{2}}) {
    for (const std::size_t elements : {1, 7, 8, 9, 100, 4095, 8192, 8193, 16384, 16391, 40'000, 100'003}) {
      const Bytes8 chunk = scene(elements * element_bytes, element_bytes);
      Bytes8 stored = coded(chunk, element_bytes);
      stored.resize(stored.size() + 500);
      CHECK_EQUAL(chunk.size(), bitshuffle_decoded_bytes(stored));
      Bytes8 back(chunk.size());
      CHECK_TRUE(decode_bitshuffle(stored, element_bytes, back));
      CHECK(chunk == back);
    }
  }
}

TEST(Bitshuffle, a_chunk_that_does_not_fit_is_refused_at_every_size) {
  const Bytes8 chunk = scene(40'003, 1);
  const std::size_t needed = coded(chunk, 1).size();
  BitshuffleEncoder encoder;
  for (std::size_t room = 0; room < needed; room += 1 + room / 50) {
    Bytes8 into(room);
    CHECK_EQUAL(0, encoder.encode(chunk, 1, into));
  }
  Bytes8 exact(needed);
  CHECK_EQUAL(needed, encoder.encode(chunk, 1, exact));
}

TEST(Bitshuffle, noise_of_one_block_grows_by_its_overhead_at_most) {
  std::mt19937 random(11);
  for (const std::size_t bytes : {std::size_t{3}, std::size_t{4095}, bitshuffle_block_bytes}) {
    Bytes8 noise(bytes);
    for (std::byte& value : noise) value = static_cast<std::byte>(random());
    CHECK(coded(noise, 1).size() <= bytes + bitshuffle_overhead);
  }
}

TEST(Bitshuffle, damaged_bytes_are_refused_and_nothing_is_read_behind_them) {
  const Bytes8 chunk = scene(50'000, 1);
  const Bytes8 stored = coded(chunk, 1);
  Bytes8 back(chunk.size());
  for (std::size_t kept = 0; kept < stored.size(); kept += 1 + kept / 20) {
    const Bytes8 cut(stored.begin(), stored.begin() + static_cast<std::ptrdiff_t>(kept));
    CHECK_FALSE(decode_bitshuffle(cut, 1, back));
  }
  for (std::size_t at = 0; at < stored.size(); at += 1 + at / 20) {
    Bytes8 broken = stored;
    broken[at] ^= std::byte{0xFF};
    if (bitshuffle_decoded_bytes(broken) == back.size()) (void)decode_bitshuffle(broken, 1, back);
  }
}

TEST(Bitshuffle, the_public_plugin_reads_what_was_coded_and_so_does_this_process) {
  const TemporaryFolder folder;
  constexpr std::size_t side = 151, frames = 3;
  auto file = WritableFile::create(system_files(), folder / "file.h5");
  CHECK_TRUE(file.has_value());
  const auto add = [&](const std::string& name, RecordType type, std::size_t element_bytes) {
    auto series = Series::create(file->handle(), name, std::move(type), {frames, {side, side}},
                                 {bitshuffle_filter(element_bytes)});
    CHECK_TRUE_TEXT(series.has_value(), series ? "" : series.error().message.c_str());
    const Bytes8 chunk = scene(frames * side * side * element_bytes, element_bytes);
    Bytes8 stored = coded(chunk, element_bytes);
    CHECK(stored.size() < chunk.size());
    stored.resize(stored.size() + 77);  // a reader must not mind zeros behind
    CHECK_TRUE(series->extend(2 * frames).has_value());
    CHECK_TRUE(file->write_chunk(*series, 0, stored, 0).has_value());
    CHECK_TRUE(file->write_chunk(*series, frames, chunk, 1).has_value());
    CHECK_TRUE(series->flush().has_value());
    Bytes8 back(2 * chunk.size());
    CHECK_TRUE(series->read(0, 2 * frames, back.data()).has_value());
    CHECK(std::equal(chunk.begin(), chunk.end(), back.begin()));
    CHECK(std::equal(chunk.begin(), chunk.end(), back.begin() + static_cast<std::ptrdiff_t>(chunk.size())));
  };
  add("one", number_record<std::uint8_t>(), 1);
  add("two", number_record<std::uint16_t>(), 2);
  CHECK_TRUE(file->close().has_value());
  check_python(import_bitshuffle + R"(
import sys, h5py, numpy as np
f = h5py.File(sys.argv[1])
for name in ("one", "two"):
    d = f[name]
    assert list(d._filters) == ["32008"], d._filters
    assert (d[:3] == d[3:]).all() and len(np.unique(d[:3])) > 20, name
)",
               {folder / "file.h5"});
}
