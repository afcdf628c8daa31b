// A thread with a name that `ps -L` and debuggers show.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace tarsier {

// Stack of every thread that we start; the plan counts it.
inline constexpr std::size_t thread_stack_bytes = 512 * 1024;

// Joins at the end of its life. `name` is cut to the 15 characters that the kernel keeps.
class NamedThread {
 public:
  NamedThread() = default;
  NamedThread(const std::string& name, std::function<void()> body);
  NamedThread(NamedThread&& other) noexcept { *this = std::move(other); }
  NamedThread& operator=(NamedThread&& other) noexcept;
  ~NamedThread() { join(); }
  void join();
  [[nodiscard]] bool joinable() const { return started_; }

 private:
  pthread_t thread_{};
  bool started_ = false;
};

}  // namespace tarsier
