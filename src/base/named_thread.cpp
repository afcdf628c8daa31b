#include "base/named_thread.hpp"

#include <memory>
#include <system_error>

namespace tarsier {
namespace {

void* run_body(void* argument) {
  const std::unique_ptr<std::function<void()>> body(static_cast<std::function<void()>*>(argument));
  (*body)();
  return nullptr;
}

}  // namespace

NamedThread::NamedThread(const std::string& name, std::function<void()> body) {
  auto owned = std::make_unique<std::function<void()>>(std::move(body));
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, thread_stack_bytes);
  const int error = pthread_create(&thread_, &attributes, run_body, owned.get());
  pthread_attr_destroy(&attributes);
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot start thread " + name);
  (void)owned.release();
  started_ = true;
  pthread_setname_np(thread_, name.substr(0, 15).c_str());
}

NamedThread& NamedThread::operator=(NamedThread&& other) noexcept {
  join();
  thread_ = other.thread_;
  started_ = std::exchange(other.started_, false);
  return *this;
}

void NamedThread::join() {
  if (std::exchange(started_, false)) pthread_join(thread_, nullptr);
}

}  // namespace tarsier
