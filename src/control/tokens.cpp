#include "control/tokens.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>

#include "base/hash.hpp"
#include "base/log.hpp"
#include "base/unique_fd.hpp"

namespace tarsier {
namespace {

constexpr std::size_t hash_digits = 64;
constexpr Bytes largest_file = kibibytes(64);

std::string hash_of(std::string_view token) {
  Sha256 hash;
  hash.add(std::as_bytes(std::span(token.data(), token.size())));
  return hash.finish();
}

// RFC 4648's alphabet for URLs, without padding.
std::string base64url(std::span<const unsigned char> bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned int held = 0;
  int bits = 0;
  for (const unsigned char byte : bytes) {
    held = held << 8U | byte;
    for (bits += 8; bits >= 6; bits -= 6) text += alphabet[held >> (bits - 6) & 63U];
  }
  if (bits > 0) text += alphabet[held << (6 - bits) & 63U];
  return text;
}

bool is_hash(const std::string& text) {
  return text.size() == hash_digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_name(const std::string& name) {
  const auto good = [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), good);
}

std::optional<Role> role_named(const std::string& word) {
  if (word == "read") return Role::read;
  if (word == "control") return Role::control;
  return std::nullopt;
}

bool is_unchanged(const struct stat& a, const struct stat& b) {
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size && a.st_mode == b.st_mode &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec &&
         a.st_ctim.tv_sec == b.st_ctim.tv_sec && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

}  // namespace

Result<NewToken> new_token(Role role, const std::string& name) {
  if (!is_name(name)) return misuse(fmt::format("\"{}\": a token's name is letters, digits, - and _", name));
  std::array<unsigned char, 32> bits{};
  if (RAND_bytes(bits.data(), static_cast<int>(bits.size())) != 1) return failure("the system gives no random bytes");
  NewToken made{base64url(bits), {}};
  made.line = fmt::format("{} {} {}\n", to_text(role), name, hash_of(made.token));
  return made;
}

Result<std::unique_ptr<Tokens>> Tokens::open(FileOperations& files, std::filesystem::path path) {
  std::unique_ptr<Tokens> tokens(new Tokens(files, std::move(path)));
  if (auto loaded = tokens->load(); !loaded) return unexpected(std::move(loaded.error()));
  return tokens;
}

std::optional<Role> Tokens::role_of(std::string_view token) {
  if (changed()) {
    if (auto loaded = load(); !loaded) log(Severity::error, "control: " + loaded.error().message);
  }
  const std::string hash = hash_of(token);
  std::optional<Role> role;
  for (const Entry& entry : entries_) {
    if (CRYPTO_memcmp(entry.hash.data(), hash.data(), hash_digits) == 0) role = entry.role;
  }
  return role;
}

bool Tokens::changed() const {
  struct stat now {};
  if (files_.stat(path_.c_str(), &now) != 0) std::memset(&now, 0, sizeof now);
  return !is_unchanged(now, seen_);
}

Result<void> Tokens::load() {
  entries_.clear();
  std::memset(&seen_, 0, sizeof seen_);
  const UniqueFd file(files_.open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0));
  if (!file || files_.fstat(file.get(), &seen_) != 0) return unexpected(file_error(path_, "open", errno));
  if (!S_ISREG(seen_.st_mode)) return misuse(path_.string() + ": is no file");
  if ((seen_.st_mode & 077U) != 0) {
    return misuse(fmt::format("{}: others than its owner may use it; `chmod 600 {}`", path_.string(), path_.string()));
  }
  auto text = read_text(files_, path_, largest_file);
  if (!text) return unexpected(std::move(text.error()));
  auto entries = parse(*text);
  if (!entries) return unexpected(std::move(entries.error()).within(path_.string()));
  entries_ = std::move(*entries);
  return {};
}

Result<std::vector<Tokens::Entry>> Tokens::parse(std::string_view text) {
  std::vector<Entry> entries;
  std::istringstream lines{std::string(text)};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    std::string role;
    std::string name;
    std::string hash;
    std::string more;
    words >> role >> name >> hash;
    const auto known = role_named(role);
    if (!known || !is_name(name) || !is_hash(hash) || words >> more) {
      return misuse(fmt::format("line {} is not \"read|control NAME SHA256\"; `tarsier token new` writes one", number));
    }
    entries.push_back({*known, hash});
  }
  if (entries.empty()) return misuse("holds no token; `tarsier token new` makes one");
  return entries;
}

}  // namespace tarsier
