// Takes turns with a program in another language: for each line of standard input, a count and the name of a piece of
// work, it does that so often and prints how many microseconds it took. tests/bench/reference/numpy_contest.py is the
// other side.
//   turns INSTRUCTION_SET FOLDER    where stack.raw and rgb.raw lie; results go there too
#include <fstream>
#include <functional>
#include <iostream>
#include <map>

#include "bench/flat_field_chain.hpp"
#include "bench/measure.hpp"
#include "kernels/instruction_set.hpp"
#include "kernels/median.hpp"

using namespace tarsier;

namespace {

constexpr std::size_t stack_pixels = std::size_t{1224} * 1024;

std::vector<std::uint8_t> content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, std::span<const std::uint8_t> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::span<const std::uint8_t>> parts(const std::vector<std::uint8_t>& bytes, std::size_t each) {
  std::vector<std::span<const std::uint8_t>> parts;
  for (std::size_t first = 0; first + each <= bytes.size(); first += each) {
    parts.push_back(std::span(bytes).subspan(first, each));
  }
  return parts;
}

bool choose(std::string_view name) {
  for (const InstructionSet set : instruction_sets()) {
    if (to_text(set) != name) continue;
    use_instruction_set(set);
    return true;
  }
  return false;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3 || !choose(arguments[1])) {
    fmt::print(stderr, "usage: turns INSTRUCTION_SET FOLDER, on a processor that has it\n");
    return 2;
  }
  const std::string folder = std::string(arguments[2]) + "/";
  const auto stack = content(folder + "stack.raw"), rgb = content(folder + "rgb.raw");
  const auto stack_frames = parts(stack, stack_pixels), rgb_frames = parts(rgb, 3 * full_hd.pixels());
  std::vector<std::uint8_t> medians(stack_pixels);
  FlatFieldChain chain;
  std::size_t turn = 0;
  const std::map<std::string, std::function<void()>> works = {{"median", [&] { median(stack_frames, medians); }},
                                                              {"flat", [&] {
                                                                 chain.take(rgb_frames[turn % rgb_frames.size()]);
                                                                 ++turn;
                                                               }}};
  std::size_t times = 0;
  for (std::string name; std::cin >> times >> name;) {
    if (name == "write") {
      write(folder + "median.raw", medians);
      write(folder + "corrected.raw", chain.latest());
      std::cout << "0" << std::endl;
      continue;
    }
    const auto& work = works.at(name);
    std::cout << own_microseconds_of([&] {
      for (std::size_t i = 0; i < times; ++i) work();
    }) << std::endl;
  }
}
