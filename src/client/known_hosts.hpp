// The devices that this person knows by name: hosts.json.
//   {"hosts": {"incubator3": {"address": "10.0.0.7:8470", "token_file": "incubator3.token", "fingerprint":
//   "sha256:…"}}}
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_operations.hpp"
#include "base/result.hpp"
#include "client/discovery.hpp"

namespace tarsier {

struct KnownHost {
  std::string name;
  std::string address;               // as parse_device_address takes it
  std::filesystem::path token_file;  // absolute, or relative to the folder of hosts.json; empty: none
  std::string token;                 // the token itself; empty: none, or it is in the file
  std::string fingerprint;           // "sha256:…"; empty: none
};

// $XDG_CONFIG_HOME/tarsier/hosts.json, else ~/.config/tarsier/hosts.json; empty where there is no home.
[[nodiscard]] std::filesystem::path known_hosts_file();

class KnownHosts {
 public:
  // A file that isn't there is an empty one. Refused as misuse: what is not of the form, an unknown key, a file that
  // others may write, or read while it holds a token.
  [[nodiscard]] static Result<KnownHosts> read(FileOperations& files, std::filesystem::path path);

  // In the file's order.
  [[nodiscard]] const std::vector<KnownHost>& all() const { return hosts_; }
  [[nodiscard]] const KnownHost* find(std::string_view name) const;
  // The one that announces itself so, by address or host name and port.
  [[nodiscard]] const KnownHost* find(const FoundDevice& device) const;
  // Adds it, or replaces the one of its name; writes the file, for its owner alone, and makes its folder.
  [[nodiscard]] Result<void> remember(FileOperations& files, KnownHost host);

 private:
  explicit KnownHosts(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  std::vector<KnownHost> hosts_;
};

// The first line of a file that only its owner may read, which is refused as misuse otherwise. The text appears in no
// message.
[[nodiscard]] Result<std::string> read_token(FileOperations& files, const std::filesystem::path& path);

}  // namespace tarsier
