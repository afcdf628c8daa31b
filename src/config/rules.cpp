#include "config/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "config/fields.hpp"
#include "config/plate.hpp"
#include "config/structure.hpp"
#include "config/suggestion.hpp"

namespace tarsier {
namespace {

std::optional<double> number_at(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_number()) return std::nullopt;
  return object[key].get<double>();
}

std::optional<std::string> text_at(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string()) return std::nullopt;
  return object[key].get<std::string>();
}

// The member, or null where there is none.
const Json& part(const Json& object, const char* key) {
  static const Json nothing;
  return object.is_object() && object.contains(key) ? object[key] : nothing;
}

bool is_of_this_machine(std::string_view listen) {
  return listen.starts_with("127.") || listen.starts_with("localhost:") || listen.starts_with("[::1]:");
}

class Rules {
 public:
  explicit Rules(RigProblems& problems) : problems_(problems) {}

  void check_rig(const Json& rig) {
    check_listen(rig);
    check_certificate(part(rig, "control"));
    check_retention(part(rig, "store"));
    std::map<std::string, std::size_t> names;
    const Json& cameras = part(rig, "cameras");
    for (std::size_t i = 0; i < cameras.size(); ++i) {
      const std::string pointer = below("/cameras", i);
      if (const auto name = text_at(cameras[i], "name")) check_camera_name(*name, i, names);
      check_sampling(cameras[i], pointer + "/sampling");
      check_threshold(cameras[i], pointer);
      check_subtract(part(part(cameras[i], "correct"), "subtract"), pointer + "/correct/subtract");
      check_kinds(part(part(part(cameras[i], "reduce"), "projection"), "kinds"), pointer + "/reduce/projection/kinds");
      check_regions(part(cameras[i], "regions"), pointer + "/regions");
    }
  }

 private:
  void note(std::string pointer, std::string message) {
    if (problems_.size() < most_problems) problems_.push_back({std::move(pointer), std::move(message)});
  }

  void check_listen(const Json& rig) {
    const auto listen = text_at(part(rig, "control"), "listen");
    if (!listen || listen->empty()) return;
    const int port = std::stoi(listen->substr(listen->rfind(':') + 1));
    if (port > 65535) note("/control/listen", fmt::format("port {} does not exist; 0 to 65535 are allowed", port));
    if (is_of_this_machine(*listen) || part(rig, "control").contains("token_file")) return;
    if (refused("/control/token_file")) return;
    note("/control/token_file", fmt::format("missing; other machines reach {} and need tokens, which `tarsier token "
                                            "new FILE` makes; or listen on 127.0.0.1:{}",
                                            *listen, port));
  }

  void check_certificate(const Json& control) {
    for (const auto& [there, missing] :
         {std::pair("certificate_file", "private_key_file"), std::pair("private_key_file", "certificate_file")}) {
      if (control.contains(there) && !control.contains(missing) && !refused(std::string("/control/") + missing)) {
        note(std::string("/control/") + missing, fmt::format("belongs to {}; tarsier cert new makes both", there));
      }
    }
  }

  // What is deleted is deleted in time because the reserve begins there.
  void check_retention(const Json& store) {
    const auto retention = text_at(store, "retention");
    if (!retention || *retention == "keep_all" || refused("/store/retention")) return;
    if (number_at(store, "reserve_mib") != 0) return;
    note("/store/retention", *retention + " needs a reserve_mib above 0: it acts when the disk comes near the reserve");
  }

  void check_camera_name(const std::string& name, std::size_t camera, std::map<std::string, std::size_t>& names) {
    const auto [first, is_new] = names.emplace(name, camera);
    if (is_new) return;
    note(below("/cameras", camera) + "/name",
         fmt::format("\"{}\" is the name of camera {} too; every camera needs its own", name, first->second));
  }

  void check_sampling(const Json& camera, const std::string& pointer) {
    const Json& sampling = part(camera, "sampling");
    const auto interval_s = number_at(sampling, "interval_s");
    const double average = number_at(sampling, "average").value_or(1);
    if (!interval_s) return check_continuous(sampling, pointer);
    const auto fps = number_at(part(camera, "source"), "fps");
    if (!fps || *fps <= 0) return;
    // Slack, so that 0.033 s with 30 frames/s is not refused for a digit that was not written.
    const double frames_in_interval = *interval_s * *fps * 1.02;
    if (frames_in_interval < 1) {
      note(pointer + "/interval_s", fmt::format("{} s is shorter than a frame at {} frames/s ({:.4g} s); leave it out "
                                                "to take every frame",
                                                *interval_s, *fps, 1 / *fps));
    } else if (frames_in_interval < average) {
      note(pointer + "/average",
           fmt::format("{} frames at {} frames/s take {:.4g} s, longer than interval_s {}; at most "
                       "{} are allowed",
                       average, *fps, average / *fps, *interval_s, static_cast<std::int64_t>(frames_in_interval)));
    }
  }

  void check_continuous(const Json& sampling, const std::string& pointer) {
    if (refused(pointer + "/interval_s")) return;
    if (text_at(sampling, "on_missing") == "repeat_last") {
      note(pointer + "/on_missing",
           "repeat_last needs an interval_s; without one no sample can be missing and only mark "
           "is allowed");
    }
  }

  void check_threshold(const Json& camera, const std::string& pointer) {
    const auto pixel = text_at(part(camera, "convert"), "pixel");
    const auto threshold = number_at(part(camera, "reduce"), "changed_threshold");
    if (pixel != "gray8" || !threshold || *threshold <= 254) return;
    note(pointer + "/reduce/changed_threshold",
         fmt::format("no gray8 pixel can change by more than {} levels; 0 to 254 are allowed", *threshold));
  }

  // Each kind has keys of its own: one that it does not use would be a mistake without a word.
  void check_subtract(const Json& subtract, const std::string& pointer) {
    const auto kind = text_at(subtract, "kind");
    if (!kind || refused(pointer + "/kind")) return;
    const std::vector<std::string> own = *kind == "dark_file"       ? std::vector<std::string>{"path"}
                                         : *kind == "mean_of_first" ? std::vector<std::string>{"frames"}
                                         : *kind == "range"         ? std::vector<std::string>{"first", "frames"}
                                                                    : std::vector<std::string>{"window", "lag"};
    for (const char* key : {"path", "first", "frames", "window", "lag"}) {
      if (!subtract.contains(key) || std::find(own.begin(), own.end(), key) != own.end()) continue;
      note(pointer + "/" + key, fmt::format("{} does not use it; its keys are {}", *kind, fmt::join(own, ", ")));
    }
    if (*kind == "dark_file" && !subtract.contains("path") && !refused(pointer + "/path"))
      note(pointer + "/path", "dark_file needs a file");
  }

  void check_kinds(const Json& kinds, const std::string& pointer) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (std::find(kinds.begin(), kinds.begin() + static_cast<std::ptrdiff_t>(i), kinds[i]) !=
          kinds.begin() + static_cast<std::ptrdiff_t>(i))
        note(below(pointer, i), fmt::format("{} is there already; each image is made once", kinds[i].dump()));
    }
  }

  void check_regions(const Json& regions, const std::string& pointer) {
    std::map<std::string, std::string> names;
    for (std::size_t i = 0; i < regions.size(); ++i) {
      const std::string place = below(pointer, i);
      if (const auto name = text_at(regions[i], "name")) check_region_name(*name, place + "/name", names);
      const Json& plate = part(regions[i], "plate");
      if (plate.is_object() && plate.size() == children_of(rig_fields(), "/cameras/*/regions/*/plate").size()) {
        check_plate(regions[i], plate_from(plate), place, names);
      }
    }
    if (names.size() > most_regions)
      note(pointer, fmt::format("{} regions with all wells; at most {} are allowed", names.size(), most_regions));
  }

  void check_region_name(const std::string& name, const std::string& place, std::map<std::string, std::string>& names) {
    const auto [first, is_new] = names.emplace(name, place);
    if (!is_new)
      note(place,
           fmt::format("the name \"{}\" is taken by {}; every region of a camera needs its own", name, first->second));
  }

  void check_plate(const Json& region, const Plate& plate, const std::string& place,
                   std::map<std::string, std::string>& names) {
    check_plate_side("rows", plate.rows, plate.first_y_px, plate.last_y_px, place + "/plate/last_y_px");
    check_plate_side("columns", plate.columns, plate.first_x_px, plate.last_x_px, place + "/plate/last_x_px");
    std::vector<std::string> wells;
    for (const Well& well : wells_of(plate)) wells.push_back(well.name);
    check_well_names(wells, place + "/plate", names);
    for (const auto& [well, labels] : part(region, "well_labels").items()) {
      if (std::find(wells.begin(), wells.end(), well) != wells.end()) continue;
      note(below(place + "/well_labels", well),
           fmt::format("no such well; the plate has {} to {}", wells.front(), wells.back()));
    }
  }

  void check_plate_side(const char* side, std::uint32_t count, std::int64_t first, std::int64_t last,
                        std::string pointer) {
    if (count == 1 && first != last) {
      note(std::move(pointer),
           fmt::format("{} with one of {}; expected {}, where the first well is", last, side, first));
    }
    if (count > 1 && first == last) {
      note(std::move(pointer),
           fmt::format("{} is where the first of {} {} is; expected where the last one is", last, count, side));
    }
  }

  // One message for a plate whose names are taken: the first of them.
  void check_well_names(const std::vector<std::string>& wells, const std::string& place,
                        std::map<std::string, std::string>& names) {
    std::string taken;
    for (const std::string& well : wells) {
      const auto [first, is_new] = names.emplace(well, place);
      if (!is_new && taken.empty()) taken = fmt::format("the name \"{}\" is taken by {}", well, first->second);
    }
    if (!taken.empty()) note(place, taken + "; every region of a camera needs its own");
  }

  [[nodiscard]] bool refused(const std::string& pointer) const {
    return std::any_of(problems_.begin(), problems_.end(),
                       [&](const RigProblem& problem) { return problem.pointer == pointer; });
  }

  RigProblems& problems_;
};

}  // namespace

void check_rules(const Json& normal, RigProblems& problems) { Rules(problems).check_rig(normal); }

}  // namespace tarsier
