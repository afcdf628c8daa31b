#include <algorithm>
#include <utility>

#include "daemon/rig_engine.hpp"

namespace tarsier {
namespace {

// How long a question keeps others from asking: a camera that is silent gives no frame.
constexpr Nanoseconds picture_patience = std::chrono::seconds(10);

tl::unexpected<Refusal> cannot_look(unsigned status, std::string detail) {
  return tl::make_unexpected(Refusal{status, std::move(detail)});
}

SampleType sample_type(std::optional<ImageKind> kind, StoredPixel pixel) {
  if (kind == ImageKind::std) return SampleType::float32;
  return pixel == StoredPixel::gray16 ? SampleType::uint16 : SampleType::uint8;
}

}  // namespace

const WiredCamera* RigEngine::camera_named(const std::string& name) const {
  const auto found =
      std::find_if(cameras_.begin(), cameras_.end(), [&](const auto& camera) { return camera->channel.name == name; });
  return found == cameras_.end() ? nullptr : found->get();
}

RowsPage RigEngine::rows(const std::string& camera, std::optional<std::uint64_t> since_id, std::size_t limit) const {
  RowsPage page;
  const WiredCamera* wired = camera_named(camera);
  if (wired == nullptr) return page;
  WiredCamera::Rows found = wired->rows(since_id, limit);
  page.known = true;
  page.regions = std::move(found.regions);
  page.rows = std::move(found.recent.rows);
  page.region_rows = std::move(found.recent.region_rows);
  page.oldest_id = found.recent.oldest_id;
  page.more = found.recent.more;
  return page;
}

// Its owner makes room for the next one.
FrameCopy RigEngine::arrived_image(const WiredCamera& camera, std::optional<ImageKind> kind,
                                   std::shared_ptr<Engine> keeper) {
  const MailedImage& image = mailbox_->image();
  FrameCopy copy;
  copy.type = sample_type(kind, camera.camera.config.convert.pixel);
  copy.width_px = camera.camera.stored.width_px;
  copy.height_px = camera.camera.stored.height_px;
  copy.frame_id = image.frame_id;
  copy.utc_ns = image.utc_ns;
  copy.pixels = image.pixels;
  copy.owner = std::shared_ptr<const void>(this, [this, keeper = std::move(keeper)](const void*) {
    const std::lock_guard lock(look_mutex_);
    mailbox_->done();
  });
  return copy;
}

// With look_mutex_ held.
void RigEngine::give_up_question() {
  if (!waiting_ || clock_.monotonic() - waiting_since_ < picture_patience || !mailbox_->cancel()) return;
  std::exchange(waiting_,
                nullptr)(cannot_look(503, "no frame came within ten seconds; the status tells how the camera is"));
}

void RigEngine::image(const std::string& camera, std::optional<ImageKind> kind, std::shared_ptr<Engine> keeper,
                      Done<Answer<FrameCopy>> done) {
  const WiredCamera* wired = camera_named(camera);
  if (wired == nullptr) return done(cannot_look(404, "there is no camera " + camera));
  if (!mailbox_ || state_.load() != EngineState::recording) return done(cannot_look(409, "nothing is being recorded"));
  const auto index = static_cast<std::size_t>(
      std::find_if(cameras_.begin(), cameras_.end(), [&](const auto& one) { return one.get() == wired; }) -
      cameras_.begin());
  const auto arrived = [this, wired, kind, keeper = std::move(keeper)] {
    Done<Answer<FrameCopy>> told;
    {
      const std::lock_guard lock(look_mutex_);
      told = std::exchange(waiting_, nullptr);
    }
    FrameCopy copy = arrived_image(*wired, kind, keeper);
    if (copy.pixels.empty()) {
      copy.owner.reset();
      return told(cannot_look(404, "there is no such image yet; it is made at the end of an interval"));
    }
    told(std::move(copy));
  };
  const std::lock_guard lock(look_mutex_);
  give_up_question();
  if (waiting_ || !mailbox_->ask(index, kind, arrived)) {
    return done(cannot_look(503, "another image is on its way; ask again in a second"));
  }
  waiting_ = std::move(done);
  waiting_since_ = clock_.monotonic();
}

}  // namespace tarsier
