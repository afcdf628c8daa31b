#include "client/known_hosts.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <span>

#include "base/json.hpp"
#include "base/unique_fd.hpp"
#include "client/device_address.hpp"

namespace tarsier {
namespace {

namespace fs = std::filesystem;

constexpr mode_t others_read = 044;
constexpr mode_t others_write = 022;

// Where the text of a host's key belongs; null: there is no such key.
std::string* member_of(KnownHost& host, std::string& token_file, std::string_view key) {
  if (key == "address") return &host.address;
  if (key == "token_file") return &token_file;
  if (key == "token") return &host.token;
  return key == "fingerprint" ? &host.fingerprint : nullptr;
}

Result<KnownHost> host_from(const std::string& name, const Json& entry, const fs::path& folder) {
  KnownHost host;
  host.name = name;
  std::string token_file;
  if (!entry.is_object()) return misuse(fmt::format("/hosts/{}: must be an object", name));
  for (const auto& [key, value] : entry.items()) {
    std::string* const member = member_of(host, token_file, key);
    if (member == nullptr)
      return misuse(
          fmt::format("/hosts/{}/{}: unknown key; there are address, token_file, token and fingerprint", name, key));
    if (!value.is_string()) return misuse(fmt::format("/hosts/{}/{}: must be a text", name, key));
    *member = value.get<std::string>();
  }
  if (host.address.empty()) return misuse(fmt::format("/hosts/{}/address: is missing; write HOST:PORT", name));
  if (!token_file.empty()) host.token_file = folder / token_file;
  return host;
}

Result<std::vector<KnownHost>> hosts_from(const std::string& text, const fs::path& folder) {
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return misuse("is no JSON; mend it or move it away");
  const auto listed = document.is_object() ? document.find("hosts") : document.end();
  if (!document.is_object() || listed == document.end() || !listed->is_object())
    return misuse("has no object `hosts`; write {\"hosts\": {\"NAME\": {\"address\": \"HOST:PORT\"}}}");
  std::vector<KnownHost> hosts;
  for (const auto& [name, entry] : listed->items()) {
    auto host = host_from(name, entry, folder);
    if (!host) return unexpected(std::move(host.error()));
    hosts.push_back(std::move(*host));
  }
  return hosts;
}

Json to_json(const std::vector<KnownHost>& hosts) {
  Json listed = Json::object();
  for (const KnownHost& host : hosts) {
    Json entry = {{"address", host.address}};
    if (!host.token_file.empty()) entry["token_file"] = host.token_file.string();
    if (!host.token.empty()) entry["token"] = host.token;
    if (!host.fingerprint.empty()) entry["fingerprint"] = host.fingerprint;
    listed[host.name] = std::move(entry);
  }
  return {{"hosts", std::move(listed)}};
}

// The mode of a file; none: it is not there.
Result<std::optional<mode_t>> mode_of(FileOperations& files, const fs::path& path) {
  struct stat info {};
  if (files.stat(path.c_str(), &info) == 0) return info.st_mode;
  if (errno == ENOENT || errno == ENOTDIR) return std::optional<mode_t>{};
  return unexpected(file_error(path, "examine", errno));
}

tl::unexpected<Error> too_open(const fs::path& path) {
  return misuse(fmt::format("{}: others than its owner may use it; `chmod 600 {}`", path.string(), path.string()));
}

// As replace_text, for nobody but its owner from its first byte on.
Result<void> replace_private_text(FileOperations& files, const fs::path& path, std::string_view text) {
  const fs::path temporary = path.string() + ".new";
  (void)files.unlink(temporary.c_str());
  const UniqueFd fd(files.open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  if (!fd) return unexpected(file_error(temporary, "create", errno));
  if (auto written = write_all(files, fd.get(), std::as_bytes(std::span(text)), 0, temporary); !written) return written;
  if (files.fsync(fd.get()) != 0) return unexpected(file_error(temporary, "sync", errno));
  if (files.rename(temporary.c_str(), path.c_str()) != 0) return unexpected(file_error(path, "rename to", errno));
  return sync_directory(files, path.has_parent_path() ? path.parent_path() : ".");
}

}  // namespace

fs::path known_hosts_file() {
  const fs::path own = fs::path("tarsier") / "hosts.json";
  const char* const configured = std::getenv("XDG_CONFIG_HOME");
  if (configured != nullptr && fs::path(configured).is_absolute()) return configured / own;
  const char* const home = std::getenv("HOME");
  return home != nullptr && *home != '\0' ? fs::path(home) / ".config" / own : fs::path();
}

Result<KnownHosts> KnownHosts::read(FileOperations& files, fs::path path) {
  KnownHosts known(std::move(path));
  const auto mode = mode_of(files, known.path_);
  if (!mode) return unexpected(mode.error());
  if (known.path_.empty() || !*mode) return known;
  const auto text = read_text(files, known.path_, mebibytes(1));
  if (!text) return unexpected(text.error());
  auto hosts = hosts_from(*text, known.path_.parent_path());
  if (!hosts) return unexpected(std::move(hosts.error()).within(known.path_.string()));
  known.hosts_ = std::move(*hosts);
  const bool secret =
      std::any_of(known.hosts_.begin(), known.hosts_.end(), [](const KnownHost& host) { return !host.token.empty(); });
  if ((**mode & (secret ? others_read | others_write : others_write)) != 0) return too_open(known.path_);
  return known;
}

const KnownHost* KnownHosts::find(std::string_view name) const {
  const auto found =
      std::find_if(hosts_.begin(), hosts_.end(), [&](const KnownHost& host) { return host.name == name; });
  return found == hosts_.end() ? nullptr : &*found;
}

const KnownHost* KnownHosts::find(const FoundDevice& device) const {
  const auto found = std::find_if(hosts_.begin(), hosts_.end(), [&](const KnownHost& host) {
    const auto address = parse_device_address(host.address);
    return address && address->port == device.port && (address->host == device.address || address->host == device.host);
  });
  return found == hosts_.end() ? nullptr : &*found;
}

Result<void> KnownHosts::remember(FileOperations& files, KnownHost host) {
  if (path_.empty()) return failure("there is no home for hosts.json; set HOME or XDG_CONFIG_HOME");
  if (auto made = make_directories(files, path_.parent_path()); !made) return made;
  const auto found =
      std::find_if(hosts_.begin(), hosts_.end(), [&](const KnownHost& other) { return other.name == host.name; });
  if (found == hosts_.end()) {
    hosts_.push_back(std::move(host));
  } else {
    *found = std::move(host);
  }
  return replace_private_text(files, path_, to_json(hosts_).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<std::string> read_token(FileOperations& files, const fs::path& path) {
  const auto mode = mode_of(files, path);
  if (!mode) return unexpected(mode.error());
  if (*mode && (**mode & (others_read | others_write)) != 0) return too_open(path);
  const auto text = read_text(files, path, kibibytes(4));
  if (!text) return unexpected(text.error());
  auto token = text->substr(0, text->find_first_of("\r\n"));
  const bool plain =
      std::all_of(token.begin(), token.end(), [](char letter) { return letter > ' ' && letter < '\x7f'; });
  if (token.empty() || !plain)
    return misuse(path.string() + ": its first line is no token; put what `tarsier token new` printed into it");
  return token;
}

}  // namespace tarsier
