// A certificate of the device's own, for TLS without an authority: clients pin its fingerprint.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace tarsier {

struct NewCertificate {
  std::string certificate;  // PEM
  std::string private_key;  // PEM: nobody but its owner may read it
  std::string fingerprint;  // SHA-256 in 64 hexadecimal digits
};

// Signed by itself with a new key of the curve P-256, for ten years. `names`: host names and addresses by which clients
// call the device; at least one.
[[nodiscard]] Result<NewCertificate> new_certificate(const std::vector<std::string>& names);

}  // namespace tarsier
