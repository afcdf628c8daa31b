#include "base/host_port.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tarsier {
namespace {

auto malformed(std::string_view text) {
  return misuse(fmt::format("\"{}\" is not HOST:PORT; write for example 127.0.0.1:8470 or [::1]:8470", text));
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_host(std::string_view host) {
  return !host.empty() && host.find_first_of(" \t\r\n/[]@") == std::string_view::npos;
}

}  // namespace

Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port) {
  const bool bracketed = text.starts_with('[');
  const auto host_end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && host_end == std::string_view::npos) return malformed(text);
  const auto host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
  const auto rest =
      host_end == std::string_view::npos ? std::string_view{} : text.substr(host_end + (bracketed ? 1 : 0));
  HostPort parsed{std::string(host), default_port};
  if (!is_host(host)) return malformed(text);
  if (!rest.empty() && (rest.front() != ':' || !parse_port(rest.substr(1), parsed.port))) return malformed(text);
  return parsed;
}

std::string to_text(const HostPort& address) {
  const bool brackets = address.host.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(brackets ? "[{}]:{}" : "{}:{}"), address.host, address.port);
}

}  // namespace tarsier
