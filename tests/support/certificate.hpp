// A self-signed certificate and its key as PEM files.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

namespace tarsier {

// P-256, valid for a day, for "localhost". The key's file has mode 0600.
inline void make_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  EVP_PKEY* const pair = EVP_EC_gen("P-256");
  X509* const signed_by_itself = X509_new();
  X509_set_version(signed_by_itself, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(signed_by_itself), 1);
  X509_gmtime_adj(X509_getm_notBefore(signed_by_itself), 0);
  X509_gmtime_adj(X509_getm_notAfter(signed_by_itself), 86400);
  X509_set_pubkey(signed_by_itself, pair);
  X509_NAME* const name = X509_get_subject_name(signed_by_itself);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(signed_by_itself, name);
  X509_sign(signed_by_itself, pair, EVP_sha256());
  std::FILE* file = std::fopen(certificate.c_str(), "w");
  PEM_write_X509(file, signed_by_itself);
  std::fclose(file);
  file = std::fopen(key.c_str(), "w");
  PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  ::chmod(key.c_str(), 0600);
  X509_free(signed_by_itself);
  EVP_PKEY_free(pair);
}

}  // namespace tarsier
