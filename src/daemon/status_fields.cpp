#include "daemon/status_fields.hpp"

#include <fmt/format.h>

namespace tarsier {
namespace {

constexpr auto integer = "integer";
constexpr auto number = "number";
constexpr auto number_or_null = "number or null";
constexpr auto string = "string";
constexpr auto truth = "boolean";

constexpr auto recording = "with a run";
constexpr auto per_camera = "for each camera of a run";
constexpr auto blocked = "for each call that the disk has not answered for a second or more";
constexpr auto listens = "with `control.listen`, from the first look on";
constexpr auto sensor = "for each sensor that the kernel offers";
constexpr auto clocks = "for each group of processors whose clock the kernel tells";
constexpr auto firmware = "on boards whose firmware tells (Raspberry Pi)";

constexpr StatusField fields[] = {
    {"/state", string, "", "`idle`, `armed`, `recording`, `draining` (sealing the last files) or `faulted`"},
    {"/run", "string or null", "", "name of the run's folder; null: none yet"},
    {"/version", string, "", "version of this software"},
    {"/uptime_s", number, "s", "since the process began"},
    {"/generation", integer, "", "number of the rig that is in force", "over HTTP"},
    {"/fault", string, "", "why the run cannot go on", "when `state` is `faulted`"},

    {"/cameras/*/name", string, "", "the rig's name of it", per_camera},
    {"/cameras/*/live", truth, "", "false: a recording, which is waited for and loses nothing", per_camera},
    {"/cameras/*/state", string, "",
     "`starting`, `running`, `backoff` (waits before it is started anew), `ended` or "
     "`failed`",
     per_camera},
    {"/cameras/*/last_error", string, "", "what went wrong last", "once something has"},
    {"/cameras/*/rate_asked_hz", number_or_null, "frames/s",
     "what the source said it gives when the run was armed; "
     "null: it didn't, or is a recording",
     per_camera},
    {"/cameras/*/rate_hz", number, "frames/s", "what came in the last second", per_camera},
    {"/cameras/*/last_frame_age_ms", "integer or null", "ms", "since the last frame came; null: none yet", per_camera},
    {"/cameras/*/restarts", integer, "", "how often the camera was started anew", per_camera},
    {"/cameras/*/ledger/delivered", integer, "frames",
     "that came: the sum of stored, reduced_only, skipped and "
     "dropped",
     per_camera},
    {"/cameras/*/ledger/stored", integer, "frames", "in the file, with their rows", per_camera},
    {"/cameras/*/ledger/reduced_only", integer, "frames", "of which only the row is in the file", per_camera},
    {"/cameras/*/ledger/skipped/sampled_out", integer, "frames", "that `sampling` did not ask for", per_camera},
    {"/cameras/*/ledger/skipped/averaged", integer, "frames", "that went into the mean of another", per_camera},
    {"/cameras/*/ledger/dropped/ring_full", integer, "frames", "lost: the ring had no free place", per_camera},
    {"/cameras/*/ledger/dropped/disk_full", integer, "frames", "lost but for their rows: the disk is full", per_camera},
    {"/cameras/*/ledger/dropped/corrupted", integer, "frames", "lost: of another size, or broken", per_camera},
    {"/cameras/*/ledger/dropped/failed", integer, "frames", "lost: could not be worked on or written", per_camera},
    {"/cameras/*/ledger/dropped/shutdown", integer, "frames", "lost: on their way when the process ended", per_camera},
    {"/cameras/*/ledger/missed/driver", integer, "frames", "that never came, by the camera's own count", per_camera},
    {"/cameras/*/ledger/missed/restart", integer, "frames", "that never came while the camera was away, estimated",
     per_camera},
    {"/cameras/*/ledger/repeated", integer, "rows", "that stand in for a sample without a frame", per_camera},
    {"/cameras/*/samples/expected", integer, "samples", "that were due by now", per_camera},
    {"/cameras/*/samples/taken", integer, "samples", "for which a frame was taken", per_camera},
    {"/cameras/*/samples/missed", integer, "samples", "without a frame", per_camera},
    {"/cameras/*/ring/slots", integer, "frames", "that the ring has room for", per_camera},
    {"/cameras/*/ring/used", integer, "frames", "in the ring now", per_camera},
    {"/cameras/*/ring/highest", integer, "frames", "in it at most, ever", per_camera},
    {"/cameras/*/stages/*/count", integer, "",
     "how often the stage was passed: `convert` (the camera's thread), "
     "`reduce` (correction, sums), `encode` (compression of a chunk), "
     "`write` (of a chunk)",
     per_camera},
    {"/cameras/*/stages/*/mean_us", number, "us", "mean time", per_camera},
    {"/cameras/*/stages/*/p99_us", number, "us", "99 of 100 took no longer; up to 4.5 % too high", per_camera},
    {"/cameras/*/stages/*/max_us", number, "us", "longest time", per_camera},

    {"/memory/budget_bytes", integer, "bytes", "`memory.budget_mib`; 0 without a run"},
    {"/memory/planned_bytes", integer, "bytes", "sum of the plan's consumers; 0 without a run"},
    {"/memory/resident_bytes", integer, "bytes", "what the kernel counts for the process (VmRSS)"},
    {"/memory/highest_resident_bytes", integer, "bytes", "the most it ever was (VmHWM)"},
    {"/memory/consumers/*/name", string, "", "who needs memory, biggest first", recording},
    {"/memory/consumers/*/bytes", integer, "bytes", "how much, by the plan", recording},
    {"/memory/consumers/*/what", string, "", "what for", recording},

    {"/disk/free_bytes", integer, "bytes", "free on the store's disk", recording},
    {"/disk/reserve_bytes", integer, "bytes", "`store.reserve_mib`: kept for rows when the disk is nearly full",
     recording},
    {"/disk/room_bytes", integer, "bytes", "free beside the reserve", recording},
    {"/disk/written_bytes_per_s", number, "bytes/s", "lately", recording},
    {"/disk/written_bytes_per_s_10min", number_or_null, "bytes/s", "over ten minutes; null: not known yet", recording},
    {"/disk/hours_left", number_or_null, "h", "until `room_bytes` is used up; null: not known, or nothing is written",
     recording},
    {"/disk/hours_left_least", number_or_null, "h", "the same, if it goes on as in the busiest time lately", recording},
    {"/disk/full", truth, "", "frames are dropped for want of room", recording},
    {"/disk/trouble", "string or null", "", "why nothing can be written; null: it can", recording},
    {"/disk/stall_survived_s", number_or_null, "s",
     "how long the disk may stand still before a frame is lost; null: "
     "no rate is known",
     recording},
    {"/disk/blocked/*/thread", string, "", "who waits", blocked},
    {"/disk/blocked/*/operation", string, "", "for what", blocked},
    {"/disk/blocked/*/file", string, "", "of which file", blocked},
    {"/disk/blocked/*/seconds", number, "s", "since when", blocked},
    {"/disk/write/count", integer, "", "writes so far; `sync` and `seal` have the same five fields", recording},
    {"/disk/write/last_us", number, "us", "the last one's time", recording},
    {"/disk/write/mean_us", number, "us", "mean time", recording},
    {"/disk/write/p99_us", number, "us", "99 of 100 took no longer; up to 19 % too high", recording},
    {"/disk/write/max_us", number, "us", "longest time", recording},
    {"/disk/sync/count", integer, "", "commits to the disk (fdatasync)", recording},
    {"/disk/sync/last_us", number, "us", "as above", recording},
    {"/disk/sync/mean_us", number, "us", "as above", recording},
    {"/disk/sync/p99_us", number, "us", "as above", recording},
    {"/disk/sync/max_us", number, "us", "as above", recording},
    {"/disk/seal/count", integer, "", "segments that were sealed", recording},
    {"/disk/seal/last_us", number, "us", "as above", recording},
    {"/disk/seal/mean_us", number, "us", "as above", recording},
    {"/disk/seal/p99_us", number, "us", "as above", recording},
    {"/disk/seal/max_us", number, "us", "as above", recording},

    {"/clock/source", string, "", "who sets UTC: `time_service` (NTP, PTP), `pulse` (a pulse per second) or `none`"},
    {"/clock/synchronised", truth, "", "false: the kernel does not vouch for UTC"},
    {"/clock/offset_s", number, "s", "what the kernel still has to correct"},
    {"/clock/uncertainty_s", number_or_null, "s",
     "the most that UTC may be wrong by (adjtimex: maxerror); null: unknown"},
    {"/clock/utc", string, "", "the device's time now"},

    {"/board/age_s", number, "s", "since the board was looked at; it is every five seconds", listens},
    {"/board/temperatures/*/name", string, "", "the kernel's name of the sensor", sensor},
    {"/board/temperatures/*/celsius", number, "degrees C", "temperature", sensor},
    {"/board/processors/*/name", string, "", "the kernel's name of the group", clocks},
    {"/board/processors/*/mhz", number, "MHz", "clock now", clocks},
    {"/board/processors/*/limit_mhz", number, "MHz", "the most that is allowed now", clocks},
    {"/board/processors/*/most_mhz", number, "MHz", "the most that they can", clocks},
    {"/board/throttling/*/now", truth, "", "`under_voltage`, `frequency_capped`, `throttled`, `soft_temperature_limit`",
     firmware},
    {"/board/throttling/*/since_boot", truth, "", "whether it ever was", firmware},
};

constexpr auto introduction = R"(# Status

Every field of `GET /v1/status`, of `tarsier status --json` and of the messages of `GET /v1/live`. Made from one table by
`TARSIER_WRITE_STATUS=1 build/bin/daemon_test -g StatusFields`; a test compares it with the table and with a running
device. `*` stands for each element of a list or key of an object. `GET /metrics` tells the same in base units.

The document is a snapshot of counters that other threads go on counting: it is at most 50 ms old, and asking for it
holds up nothing.

| field | type | unit | meaning | present |
|---|---|---|---|---|
)";

}  // namespace

std::span<const StatusField> status_fields() { return fields; }

std::string status_reference() {
  std::string page = introduction;
  for (const StatusField& field : fields) {
    page +=
        fmt::format("| `{}` | {} | {} | {} | {} |\n", field.pattern, field.type, field.unit, field.meaning, field.when);
  }
  return page;
}

}  // namespace tarsier
