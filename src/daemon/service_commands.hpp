// What the supervisor does when a client asks for it.
#pragma once

#include <string>

#include "control/device_api.hpp"

namespace tarsier {

// Supervisor's thread. Answers at once, or later through `done`.
class ServiceCommands {
 public:
  virtual ~ServiceCommands() = default;
  [[nodiscard]] virtual ConfigAnswer change(const ConfigChange& change) = 0;
  [[nodiscard]] virtual ConfigAnswer take_back(const RollbackRequest& request) = 0;
  [[nodiscard]] virtual Answer<Json> start(const StartRequest& request) = 0;
  // Answers when everything is sealed.
  virtual void stop(Done<Answer<Json>> done) = 0;
  // Answers when what was open is sealed.
  virtual void rotate(Done<Answer<Json>> done) = 0;
  [[nodiscard]] virtual Answer<Json> mark(const std::string& text) = 0;
  [[nodiscard]] virtual Answer<Json> mark_pulled(const std::string& run, const std::string& file,
                                                 const std::string& sha256) = 0;
  [[nodiscard]] virtual Answer<Json> delete_run(const std::string& run, bool unpulled) = 0;
};

}  // namespace tarsier
