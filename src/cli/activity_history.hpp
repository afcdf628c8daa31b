// How much moved in each region of a camera over the last while, as pages of its rows tell.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace tarsier {

struct RegionActivity {
  std::string name;
  // Mean of abs_diff_sum over a second, the newest last; none: no row of that second measured a pair.
  std::deque<std::optional<double>> values;
};

// One thread.
class ActivityHistory {
 public:
  // Seconds that have rows; older ones are forgotten.
  static constexpr std::size_t longest = 240;

  // Takes in an answer of GET /v1/cameras/{name}/rows. Other regions than before begin anew; where there are none the
  // whole frame is one.
  void add(const Json& page);
  void clear();

  [[nodiscard]] const std::vector<RegionActivity>& regions() const { return regions_; }
  // Of the newest row; none: there was none yet.
  [[nodiscard]] std::optional<std::uint64_t> last_id() const { return last_id_; }

 private:
  struct Sum {
    double total = 0;
    unsigned rows = 0;
  };
  void add_row(const Json& row);
  void begin_second(std::uint64_t second);

  std::vector<RegionActivity> regions_;
  std::vector<Sum> sums_;  // of the newest second, for each region
  std::optional<std::uint64_t> second_;
  std::optional<std::uint64_t> last_id_;
};

}  // namespace tarsier
