#include "control/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <array>
#include <deque>
#include <string_view>
#include <utility>

namespace tarsier {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<std::pair<std::string, std::string>>;

// Families in the order in which they first come up.
class Collection {
 public:
  // Nothing where `value` is no number.
  void gauge(const std::string& name, const char* help, const Json& value, const Labels& labels = {},
             double scale = 1) {
    add(MetricType::Gauge, name, help, value, labels, scale);
  }
  void counter(const std::string& name, const char* help, const Json& value, const Labels& labels = {}) {
    add(MetricType::Counter, name, help, value, labels, 1);
  }
  [[nodiscard]] std::string text() const { return prometheus::TextSerializer{}.Serialize(families_); }

 private:
  void add(MetricType type, const std::string& name, const char* help, const Json& value, const Labels& labels,
           double scale) {
    if (!value.is_number() && !value.is_boolean()) return;
    const double number = value.is_boolean() ? (value.get<bool>() ? 1 : 0) : value.get<double>() * scale;
    ClientMetric metric;
    for (const auto& [label, text] : labels) metric.label.push_back({label, text});
    if (type == MetricType::Gauge) metric.gauge.value = number;
    if (type == MetricType::Counter) metric.counter.value = number;
    family(type, "tarsier_" + name, help).metric.push_back(std::move(metric));
  }
  MetricFamily& family(MetricType type, const std::string& name, const char* help) {
    for (auto& one : families_)
      if (one.name == name) return one;
    MetricFamily made;
    made.name = name;
    made.help = help;
    made.type = type;
    return families_.emplace_back(std::move(made));
  }

  std::vector<MetricFamily> families_;
};

// What lies at a path of keys; null where nothing does.
const Json& at(const Json& document, std::initializer_list<const char*> path) {
  static const Json nothing;
  const Json* found = &document;
  for (const char* key : path) {
    if (!found->is_object() || !found->contains(key)) return nothing;
    found = &(*found)[key];
  }
  return *found;
}

std::string text_at(const Json& document, const char* key) {
  const Json& value = at(document, {key});
  return value.is_string() ? value.get<std::string>() : "";
}

const Json& list_at(const Json& document, const char* key) {
  static const Json none = Json::array();
  const Json& value = at(document, {key});
  return value.is_array() ? value : none;
}

void add_causes(Collection& metrics, const std::string& name, const char* help, const Json& causes,
                const std::string& camera) {
  if (!causes.is_object()) return;
  for (const auto& [cause, count] : causes.items()) {
    metrics.counter(name, help, count, {{"camera", camera}, {"cause", cause}});
  }
}

void add_ledger(Collection& metrics, const Json& camera, const std::string& name) {
  const Json& ledger = at(camera, {"ledger"});
  const Labels labels = {{"camera", name}};
  metrics.counter("frames_delivered_total", "Frames that the camera delivered.", at(ledger, {"delivered"}), labels);
  metrics.counter("frames_stored_total", "Frames that were stored.", at(ledger, {"stored"}), labels);
  metrics.counter("frames_reduced_only_total", "Frames of which only the row was stored.", at(ledger, {"reduced_only"}),
                  labels);
  metrics.counter("frames_repeated_total", "Placeholders for samples that were missing.", at(ledger, {"repeated"}),
                  labels);
  add_causes(metrics, "frames_skipped_total", "Frames that nobody wanted.", at(ledger, {"skipped"}), name);
  add_causes(metrics, "frames_dropped_total", "Frames that were lost here.", at(ledger, {"dropped"}), name);
  add_causes(metrics, "frames_missed_total", "Frames that never came.", at(ledger, {"missed"}), name);
  add_causes(metrics, "samples_total", "Deadlines of samples: expected, taken, missed.", at(camera, {"samples"}), name);
}

void add_times(Collection& metrics, const std::string& name, const char* help, const Json& times, Labels labels) {
  metrics.counter(name + "_count", help, at(times, {"count"}), labels);
  labels.emplace_back("stat", "");
  for (const auto& [stat, key] : {std::pair{"mean", "mean_us"}, {"p99", "p99_us"}, {"max", "max_us"}}) {
    labels.back().second = stat;
    metrics.gauge(name + "_seconds", help, at(times, {key}), labels, 1e-6);
  }
}

void add_camera(Collection& metrics, const Json& camera) {
  const std::string name = text_at(camera, "name");
  const Labels labels = {{"camera", name}};
  add_ledger(metrics, camera, name);
  metrics.gauge("camera_running", "Whether the camera's state is \"running\".", text_at(camera, "state") == "running",
                labels);
  metrics.gauge("frame_rate_hertz", "Frames a second, measured.", at(camera, {"rate_hz"}), labels);
  metrics.gauge("frame_rate_asked_hertz", "Frames a second, as the source said.", at(camera, {"rate_asked_hz"}),
                labels);
  metrics.gauge("last_frame_age_seconds", "Since the last frame came.", at(camera, {"last_frame_age_ms"}), labels,
                1e-3);
  metrics.counter("camera_restarts_total", "Restarts of the camera.", at(camera, {"restarts"}), labels);
  metrics.gauge("ring_slots", "Places for frames.", at(camera, {"ring", "slots"}), labels);
  metrics.gauge("ring_used", "Places taken now.", at(camera, {"ring", "used"}), labels);
  metrics.gauge("ring_highest", "The most places that were ever taken.", at(camera, {"ring", "highest"}), labels);
  const Json& stages = at(camera, {"stages"});
  if (!stages.is_object()) return;
  for (const auto& [stage, times] : stages.items()) {
    add_times(metrics, "stage", "Time of one frame in a stage.", times, {{"camera", name}, {"stage", stage}});
  }
}

void add_memory(Collection& metrics, const Json& memory) {
  metrics.gauge("memory_budget_bytes", "What the rig allows.", at(memory, {"budget_bytes"}));
  metrics.gauge("memory_planned_bytes", "What the plan counts.", at(memory, {"planned_bytes"}));
  metrics.gauge("memory_resident_bytes", "Resident memory.", at(memory, {"resident_bytes"}));
  metrics.gauge("memory_highest_resident_bytes", "The most it ever was.", at(memory, {"highest_resident_bytes"}));
  for (const Json& one : list_at(memory, "consumers")) {
    metrics.gauge("memory_consumer_bytes", "What the plan counts for each that needs memory.", at(one, {"bytes"}),
                  {{"consumer", text_at(one, "name")}});
  }
}

void add_disk(Collection& metrics, const Json& disk) {
  metrics.gauge("disk_free_bytes", "Free on the store's disk.", at(disk, {"free_bytes"}));
  metrics.gauge("disk_room_bytes", "Free for recording, beside the reserve.", at(disk, {"room_bytes"}));
  metrics.gauge("disk_written_bytes_per_second", "Written, lately.", at(disk, {"written_bytes_per_s"}));
  metrics.gauge("disk_hours_left", "Until the disk is full.", at(disk, {"hours_left"}));
  metrics.gauge("disk_full", "Whether frames are refused for want of room.", at(disk, {"full"}));
  const Json& blocked = at(disk, {"blocked"});
  if (blocked.is_array()) metrics.gauge("disk_blocked_calls", "Calls that the disk does not answer.", blocked.size());
  for (const char* operation : {"write", "sync", "seal"}) {
    add_times(metrics, "disk", "Time of one operation of the disk.", at(disk, {operation}), {{"operation", operation}});
  }
}

void add_clock(Collection& metrics, const Json& clock) {
  metrics.gauge("clock_synchronised", "Whether the kernel vouches for UTC.", at(clock, {"synchronised"}));
  metrics.gauge("clock_offset_seconds", "What the kernel still has to correct.", at(clock, {"offset_s"}));
  metrics.gauge("clock_uncertainty_seconds", "The most that UTC may be wrong by.", at(clock, {"uncertainty_s"}));
}

void add_throttling(Collection& metrics, const Json& flags) {
  if (!flags.is_object()) return;
  for (const auto& [flag, states] : flags.items()) {
    for (const char* when : {"now", "since_boot"}) {
      metrics.gauge("board_throttling", "Whether the board's firmware holds it back.", at(states, {when}),
                    {{"flag", flag}, {"when", when}});
    }
  }
}

void add_board(Collection& metrics, const Json& board) {
  for (const Json& sensor : list_at(board, "temperatures")) {
    metrics.gauge("board_temperature_celsius", "Of each sensor.", at(sensor, {"celsius"}),
                  {{"sensor", text_at(sensor, "name")}});
  }
  for (const Json& group : list_at(board, "processors")) {
    const Labels labels = {{"group", text_at(group, "name")}};
    metrics.gauge("board_clock_hertz", "Of the processors.", at(group, {"mhz"}), labels, 1e6);
    metrics.gauge("board_clock_limit_hertz", "What is allowed now.", at(group, {"limit_mhz"}), labels, 1e6);
    metrics.gauge("board_clock_most_hertz", "What they can.", at(group, {"most_mhz"}), labels, 1e6);
  }
  add_throttling(metrics, at(board, {"throttling"}));
}

void add_device(Collection& metrics, const Json& status) {
  metrics.gauge("info", "The device's software.", 1, {{"version", text_at(status, "version")}});
  const std::string present = text_at(status, "state");
  for (const char* state : {"idle", "armed", "recording", "draining", "faulted"}) {
    metrics.gauge("state", "1 for the state that the device is in.", present == state, {{"state", state}});
  }
  metrics.gauge("uptime_seconds", "Since the process began.", at(status, {"uptime_s"}));
}

}  // namespace

std::string metrics_text(const Json& status) {
  Collection metrics;
  add_device(metrics, status);
  for (const Json& camera : list_at(status, "cameras")) add_camera(metrics, camera);
  add_memory(metrics, at(status, {"memory"}));
  add_disk(metrics, at(status, {"disk"}));
  add_clock(metrics, at(status, {"clock"}));
  add_board(metrics, at(status, {"board"}));
  return metrics.text();
}

}  // namespace tarsier
