#include "frame/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace tarsier {
namespace {

std::vector<MemoryConsumer> biggest_first(std::vector<MemoryConsumer> consumers) {
  std::stable_sort(consumers.begin(), consumers.end(), [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
  return consumers;
}

void write_consumers(std::string& text, const std::vector<MemoryConsumer>& consumers) {
  for (const MemoryConsumer& consumer : biggest_first(consumers)) {
    fmt::format_to(std::back_inserter(text), "  {:>10}  {:<32} {}\n", to_text(consumer.bytes), consumer.name,
                   consumer.what);
  }
}

void write_camera(std::string& text, const CameraPlan& camera) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}: {}", camera.camera,
                 camera.lossless ? "replayed, waits for a free slot" : "live, a full ring refuses frames");
  if (camera.buffered_s > 0) fmt::format_to(out, "; the ring holds {:.2f} s", camera.buffered_s);
  if (camera.stall_survived_s > 0) fmt::format_to(out, "; survives {:.2f} s of disk stall", camera.stall_survived_s);
  if (camera.megabytes_per_s > 0) fmt::format_to(out, "; at most {:.1f} MB/s to disk", camera.megabytes_per_s);
  text += '\n';
}

Json consumers_json(const std::vector<MemoryConsumer>& consumers) {
  Json list = Json::array();
  for (const MemoryConsumer& consumer : biggest_first(consumers)) {
    list.push_back({{"name", consumer.name}, {"bytes", consumer.bytes.count}, {"what", consumer.what}});
  }
  return list;
}

Json camera_json(const CameraPlan& camera) {
  return {{"camera", camera.camera},
          {"when_full", camera.lossless ? "wait" : "refuse"},
          {"buffered_s", camera.buffered_s},
          {"stall_survived_s", camera.stall_survived_s},
          {"megabytes_per_s", camera.megabytes_per_s},
          {"backlog_chunks", camera.backlog_chunks},
          {"frames_per_chunk", camera.frames_per_chunk}};
}

}  // namespace

Bytes Plan::total() const {
  Bytes sum;
  for (const MemoryConsumer& consumer : consumers) sum += consumer.bytes;
  return sum;
}

std::string Plan::table() const {
  std::string text = "Memory, biggest first:\n";
  auto out = std::back_inserter(text);
  write_consumers(text, consumers);
  fmt::format_to(
      out, "  {:>10}  of a budget of {}: {}\n", to_text(total()), to_text(budget),
      fits() ? fmt::format("{} left", to_text(budget - total())) : fmt::format("{} over", to_text(total() - budget)));
  if (!elsewhere.empty()) text += "Outside the budget:\n";
  write_consumers(text, elsewhere);
  for (const CameraPlan& camera : cameras) write_camera(text, camera);
  if (disk_megabytes_per_s > 0) {
    fmt::format_to(out, "Disk: at most {:.1f} MB/s, no room beside the reserve after {:.1f} h at that rate\n",
                   disk_megabytes_per_s, hours_until_full);
  }
  if (!disk_shortage.empty()) text += (disk_too_small ? "Refused: " : "Warning: ") + disk_shortage + "\n";
  if (!fits()) text += "To make it fit:\n";
  for (const Remedy& remedy : remedies) fmt::format_to(out, "  - {}\n", remedy.text);
  return text;
}

Json Plan::json() const {
  Json document = {{"budget_bytes", budget.count},
                   {"planned_bytes", total().count},
                   {"fits", fits()},
                   {"consumers", consumers_json(consumers)},
                   {"elsewhere", consumers_json(elsewhere)}};
  document["cameras"] = Json::array();
  for (const CameraPlan& camera : cameras) document["cameras"].push_back(camera_json(camera));
  document["disk"] = {{"megabytes_per_s", disk_megabytes_per_s},
                      {"hours_until_full", disk_megabytes_per_s > 0 ? Json(hours_until_full) : Json(nullptr)}};
  if (!disk_shortage.empty()) document["disk"]["shortage"] = disk_shortage;
  document["remedies"] = Json::array();
  for (const Remedy& remedy : remedies) {
    document["remedies"].push_back({{"text", remedy.text}, {"saves_bytes", remedy.saves.count}});
  }
  return document;
}

}  // namespace tarsier
