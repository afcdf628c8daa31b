#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "capture/build_pipeline.hpp"

namespace tarsier {
namespace {

struct Finished {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
};

void set_null(const BuiltPipeline& pipeline) {
  gst_element_set_state(pipeline.bin.get(), GST_STATE_NULL);
  // Some sources go to NULL in a thread of theirs.
  gst_element_get_state(pipeline.bin.get(), nullptr, nullptr, GST_CLOCK_TIME_NONE);
}

}  // namespace

bool tear_down(BuiltPipeline pipeline, std::shared_ptr<void> keep_alive, Nanoseconds limit) {
  const auto finished = std::make_shared<Finished>();
  std::thread([finished, stopping = std::move(pipeline), kept = std::move(keep_alive)]() mutable {
    pthread_setname_np(pthread_self(), "gst-stop");
    set_null(stopping);
    stopping = {};
    kept.reset();
    const std::scoped_lock lock(finished->mutex);
    finished->done = true;
    finished->changed.notify_all();
  }).detach();
  std::unique_lock lock(finished->mutex);
  return finished->changed.wait_for(lock, limit, [&finished] { return finished->done; });
}

}  // namespace tarsier
