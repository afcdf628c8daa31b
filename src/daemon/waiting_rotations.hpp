// Clients that wait until what was open when they asked is sealed.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "control/device_api.hpp"

namespace tarsier {

// The supervisor's thread. Reads run.json each time.
class WaitingRotations {
 public:
  // Waits for the segments that are open now in the run of that folder.
  void add(const std::filesystem::path& run_folder, Done<Answer<Json>> done);
  // Answers those for which nothing is open any more.
  void look(const std::filesystem::path& run_folder);
  // Nothing more will be sealed.
  void give_up();

 private:
  struct Rotation {
    std::set<std::string> open;  // as run.json named them
    Done<Answer<Json>> done;
  };
  std::vector<Rotation> waiting_;
};

}  // namespace tarsier
