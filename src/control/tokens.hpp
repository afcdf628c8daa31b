// The tokens that clients of other machines show, kept as hashes in a file that only its owner may read.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_operations.hpp"
#include "base/result.hpp"
#include "control/message.hpp"

namespace tarsier {

// A token that nobody can guess, and the line of a token file that lets it in.
struct NewToken {
  std::string token;  // 43 characters: 256 random bits
  std::string line;   // "control pi-desk SHA256\n"
};
// `name` tells a person which token it is: letters, digits, - and _. An error for another name.
[[nodiscard]] Result<NewToken> new_token(Role role, const std::string& name);

// One line a token: "read NAME SHA256" or "control NAME SHA256", the hash of the token's characters in 64 hexadecimal
// digits. Empty lines and those that begin with # are passed over. Never tells a token or a hash.
class Tokens {
 public:
  // Refused: a file that group or others may read, write or execute, a line of another form, no token at all.
  [[nodiscard]] static Result<std::unique_ptr<Tokens>> open(FileOperations& files, std::filesystem::path path);

  // What the token allows; none: it is unknown. Reads the file again when it has changed; while it cannot be used no
  // token is let in, which is logged once. The time it takes does not depend on how much of a token is right. One
  // thread at a time.
  [[nodiscard]] std::optional<Role> role_of(std::string_view token);

 private:
  struct Entry {
    Role role = Role::none;
    std::string hash;
  };
  Tokens(FileOperations& files, std::filesystem::path path) : files_(files), path_(std::move(path)) {}
  [[nodiscard]] Result<void> load();
  [[nodiscard]] bool changed() const;
  [[nodiscard]] static Result<std::vector<Entry>> parse(std::string_view text);

  // Constant after construction.
  FileOperations& files_;
  const std::filesystem::path path_;
  // One thread at a time.
  std::vector<Entry> entries_;
  struct stat seen_ {};
};

}  // namespace tarsier
