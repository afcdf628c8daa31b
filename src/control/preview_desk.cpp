#include "control/preview_desk.hpp"

#include <utility>

#include "control/route_words.hpp"

namespace tarsier {
namespace {

constexpr std::size_t most_waiting = 4;

}  // namespace

// The turn of one order: when the device has let go of it, answered or not, the next order's comes. All through the
// worker: this may be any thread, with any lock held.
class PreviewDesk::Turn {
 public:
  explicit Turn(std::shared_ptr<Door> door) : door_(std::move(door)) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    post([](PreviewDesk& desk) { desk.next(); });
  }
  void serve(const SharedOrder& order, Answer<FrameCopy> answer) const {
    post([order, answer = std::move(answer)](PreviewDesk& desk) { desk.serve(*order, answer); });
  }

 private:
  template <typename Job>
  void post(Job job) const {
    const std::lock_guard lock(door_->mutex);
    if (door_->desk != nullptr) door_->desk->worker_.post([desk = door_->desk, job] { job(*desk); });
  }
  const std::shared_ptr<Door> door_;
};

PreviewDesk::PreviewDesk() : door_(std::make_shared<Door>()) { door_->desk = this; }

PreviewDesk::~PreviewDesk() {
  const std::lock_guard lock(door_->mutex);
  door_->desk = nullptr;
}

void PreviewDesk::ask(Fetch fetch, Encode encode, Reply reply, const std::string& path) {
  auto order = std::make_shared<Order>(Order{std::move(fetch), std::move(encode), std::move(reply), path});
  {
    const std::lock_guard lock(mutex_);
    if (busy_ && waiting_.size() >= most_waiting) {
      return order->reply(refused({503, "other images are being made; ask again in a second"}, path));
    }
    if (std::exchange(busy_, true)) return waiting_.push_back(std::move(order));
  }
  begin(order);
}

void PreviewDesk::begin(const SharedOrder& order) {
  const auto turn = std::make_shared<Turn>(door_);
  order->fetch([turn, order](Answer<FrameCopy> answer) { turn->serve(order, std::move(answer)); });
}

void PreviewDesk::serve(const Order& order, const Answer<FrameCopy>& answer) {
  order.reply(answer ? order.encode(encoder_, *answer) : refused(answer.error(), order.path));
}

void PreviewDesk::next() {
  SharedOrder order;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      busy_ = false;
      return;
    }
    order = std::move(waiting_.front());
    waiting_.pop_front();
  }
  begin(order);
}

}  // namespace tarsier
