// A self-signed certificate and its key as PEM files.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "control/certificate.hpp"

namespace tarsier {

// For "localhost". The key's file has mode 0600.
inline void make_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  const auto made = new_certificate({"localhost"});
  std::ofstream(certificate) << made->certificate;
  std::ofstream(key) << made->private_key;
  ::chmod(key.c_str(), 0600);
}

}  // namespace tarsier
