#include "client/trust.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

namespace tarsier {
namespace {

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

bool is_numeric(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

// SHA-256 of the certificate (DER) in hexadecimal digits; empty: there is none.
std::string fingerprint_of(SSL* tls) {
  const std::unique_ptr<X509, FreeCertificate> certificate(SSL_get1_peer_certificate(tls));
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) return "";
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace

boost::asio::ssl::context client_tls() {
  boost::asio::ssl::context context(boost::asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  boost::system::error_code without;  // then only fingerprints help, and the refusal says so
  context.set_default_verify_paths(without);
  // The outcome of the verification is asked for by check_peer().
  context.set_verify_mode(boost::asio::ssl::verify_none);
  return context;
}

void expect_host(SSL* tls, const std::string& host) {
  X509_VERIFY_PARAM* const rules = SSL_get0_param(tls);
  if (is_numeric(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str());
    return;
  }
  SSL_set_tlsext_host_name(tls, host.c_str());
  X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size());
}

Result<void> check_peer(SSL* tls, const Access& access) {
  const auto place = to_text(access.address);
  const auto shown = fingerprint_of(tls);
  if (shown.empty()) return failure(place + ": shows no certificate; is that a tarsierd?");
  if (access.fingerprint && *access.fingerprint == shown) return {};
  if (access.fingerprint) {
    return failure(
        fmt::format("{}: shows another certificate, sha256:{}, than the expected sha256:{}; it was made anew, or "
                    "somebody else answers there: compare with `tarsier cert new`'s words on the device",
                    place, shown, *access.fingerprint));
  }
  const long verdict = SSL_get_verify_result(tls);
  if (verdict == X509_V_OK) return {};
  return failure(fmt::format(
      "{}: its certificate is not trusted ({}). If the device itself shows the same fingerprint, accept it with\n"
      "  --fingerprint sha256:{}\nor in hosts.json: \"{}\": {{\"address\": \"{}\", \"fingerprint\": \"sha256:{}\"}}",
      place, X509_verify_cert_error_string(verdict), shown, access.name, place, shown));
}

}  // namespace tarsier
