#include "cli/discovered.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/harmless_text.hpp"
#include "base/host_port.hpp"
#include "cli/text.hpp"

namespace tarsier {
namespace {

using Cells = std::array<std::string, 5>;

std::string or_dash(const std::string& text) { return text.empty() ? "-" : harmless_text(text); }

Cells row_of(const Discovered& one) {
  const auto name = one.known_as.empty() ? one.device.name : fmt::format("{} ({})", one.known_as, one.device.name);
  return {name, to_text(HostPort{one.device.address, one.device.port}), one.device.tls ? "yes" : "no",
          or_dash(one.version), or_dash(one.state)};
}

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

std::string discovered_text(const std::vector<Discovered>& found) {
  std::vector<Cells> rows = {{"name", "address", "TLS", "version", "state"}};
  for (const auto& one : found) rows.push_back(row_of(one));
  std::array<std::size_t, 5> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text_width(row[i]));
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i + 1 < row.size(); ++i) line += padded(row[i], widths[i]) + "  ";
    text += line + row.back() + "\n";
  }
  return text;
}

Json discovered_json(const std::vector<Discovered>& found) {
  Json list = Json::array();
  for (const auto& one : found)
    list.push_back({{"name", one.device.name},
                    {"known_as", or_null(one.known_as)},
                    {"host", one.device.host},
                    {"address", one.device.address},
                    {"port", one.device.port},
                    {"tls", one.device.tls},
                    {"version", or_null(one.version)},
                    {"state", one.asked ? or_null(one.state) : Json()}});
  return list;
}

}  // namespace tarsier
