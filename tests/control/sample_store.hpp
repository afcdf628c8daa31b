// A store with one run of two sealed files, one open one and one that was deleted.
#pragma once

#include <fstream>
#include <string>

#include "base/hash.hpp"
#include "base/json.hpp"
#include "support/temporary_folder.hpp"

namespace tarsier {

class SampleStore {
 public:
  SampleStore() {
    std::filesystem::create_directories(run() / "plate-a");
    write("night-1/plate-a/one.h5", first);
    write("night-1/plate-a/two.h5", second);
    write("night-1/plate-a/three.h5.part", "half");
    write("secret", "nobody's business");
    write_manifest();
  }

  const std::string first = "0123456789";
  const std::string second = std::string(300'000, 'x') + "end";

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path run() const { return folder_ / "night-1"; }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }
  [[nodiscard]] static std::string sha256(const std::string& text) {
    Sha256 hash;
    hash.add(std::as_bytes(std::span(text.data(), text.size())));
    return hash.finish();
  }
  // Lists `more` beside the four.
  void write_manifest(const Json& more = Json::array()) const {
    Json segments = {entry("plate-a/one.h5", first.size(), sha256(first)),
                     entry("plate-a/two.h5", second.size(), sha256(second)), entry("plate-a/three.h5.part", 4, nullptr),
                     entry("plate-a/zero.h5", 7, "00")};
    segments[0]["pulled"] = "2026-11-22T00:00:00Z";
    segments[2]["sealed"] = false;
    segments[3]["deleted"] = "2026-11-23T00:00:00Z";
    for (const Json& one : more) segments.push_back(one);
    const Json camera = {{"name", "plate-a"}, {"segments", segments}, {"gaps", Json::array({{{"cause", "crash"}}})}};
    const Json document = {{"run", "night-1"},
                           {"started", "2026-11-21T00:00:00Z"},
                           {"ended", nullptr},
                           {"rigs", Json::array()},
                           {"cameras", {camera}}};
    write("night-1/run.json", document.dump());
  }
  [[nodiscard]] static Json entry(const std::string& file, std::size_t bytes, const Json& sha256) {
    return {{"file", file},   {"bytes", bytes},   {"frames", 5},       {"rows", 5},
            {"sealed", true}, {"sha256", sha256}, {"pulled", nullptr}, {"deleted", nullptr}};
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace tarsier
