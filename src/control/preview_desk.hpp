// Hands out images one after the other: fetches each from the device, encodes it on a thread of its own.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "control/device_api.hpp"
#include "control/image_encoder.hpp"
#include "control/message.hpp"
#include "control/worker.hpp"

namespace tarsier {

class PreviewDesk {
 public:
  // Asks the device for an image, and makes the answer of it.
  using Fetch = std::function<void(Done<Answer<FrameCopy>>)>;
  using Encode = std::function<Response(ImageEncoder&, const FrameCopy&)>;

  PreviewDesk();
  // Orders that are not done yet stay unanswered.
  ~PreviewDesk();
  PreviewDesk(const PreviewDesk&) = delete;
  PreviewDesk& operator=(const PreviewDesk&) = delete;

  // Any thread. One image is under way, four wait; further ones are told to come again in a second.
  void ask(Fetch fetch, Encode encode, Reply reply, const std::string& path);

 private:
  struct Order {
    Fetch fetch;
    Encode encode;
    Reply reply;
    std::string path;
  };
  using SharedOrder = std::shared_ptr<Order>;
  class Turn;
  // The way back for what comes from the device, perhaps when the desk is gone.
  struct Door {
    std::mutex mutex;
    PreviewDesk* desk = nullptr;
  };

  void begin(const SharedOrder& order);
  void serve(const Order& order, const Answer<FrameCopy>& answer);
  void next();

  const std::shared_ptr<Door> door_;
  // Guarded by mutex_.
  std::mutex mutex_;
  std::deque<SharedOrder> waiting_;
  bool busy_ = false;
  // Worker's thread.
  ImageEncoder encoder_;
  Worker worker_{"control-image"};  // ends first
};

}  // namespace tarsier
