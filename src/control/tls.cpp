#include "control/tls.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <string>

#include "base/file_operations.hpp"

namespace tarsier {
namespace {

namespace ssl = boost::asio::ssl;
using ErrorCode = boost::system::error_code;

Result<void> check_private(const std::filesystem::path& key) {
  struct stat found {};
  if (system_files().stat(key.c_str(), &found) != 0) return unexpected(file_error(key, "open", errno));
  if ((found.st_mode & 077U) == 0) return {};
  return misuse(fmt::format("{}: others than its owner may use it; `chmod 600 {}`", key.string(), key.string()));
}

tl::unexpected<Error> unusable(const std::filesystem::path& file, const ErrorCode& error) {
  return misuse(fmt::format("{}: {}; `tarsier cert new` makes a pair", file.string(), error.message()));
}

void settle(ssl::context& context) {
  SSL_CTX* const native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
}

}  // namespace

Result<std::unique_ptr<ssl::context>> server_tls(const std::filesystem::path& certificate,
                                                 const std::filesystem::path& private_key) {
  if (auto fine = check_private(private_key); !fine) return unexpected(std::move(fine.error()));
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  settle(*context);
  ErrorCode error;
  context->use_certificate_chain_file(certificate.string(), error);
  if (error) return unusable(certificate, error);
  context->use_private_key_file(private_key.string(), ssl::context::pem, error);
  if (error) return unusable(private_key, error);
  return context;
}

}  // namespace tarsier
