#include "report/page.hpp"

#include <fmt/format.h>

#include <cctype>
#include <iterator>

#include "base/hash.hpp"
#include "report/assets.hpp"
#include "report/page_sections.hpp"
#include "report/text_encoding.hpp"

namespace tarsier {
namespace {

std::byte nibble(char digit) {
  return static_cast<std::byte>(std::isdigit(static_cast<unsigned char>(digit)) != 0 ? digit - '0' : digit - 'a' + 10);
}

// The script's hash as a policy names it, so that the browser runs no other one.
std::string script_hash() {
  Sha256 hash;
  hash.add(std::as_bytes(std::span(page_script())));
  const auto digits = hash.finish();
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(nibble(digits[i]) << 4 | nibble(digits[i + 1]));
  return base64(bytes);
}

std::string policy() {
  return fmt::format(
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{}'; base-uri 'none'; "
      "form-action 'none'",
      script_hash());
}

std::string title(const RunReport& run) {
  const auto& facts = run.facts();
  const auto& name = facts.experiment.empty() ? run.input : facts.experiment;
  return html_text(facts.run.empty() || facts.run == name ? name : name + " – " + facts.run);
}

}  // namespace

UtcRange RunReport::range() const {
  UtcRange whole;
  for (const auto& camera : cameras) {
    if (camera.range.empty()) continue;
    whole.include(camera.range.first_ns);
    whole.include(camera.range.last_ns);
  }
  return whole;
}

std::string page_text(const RunReport& run) {
  Json facts = {{"cameras", Json::array()}};
  std::string body = head_section(run);
  std::string data;
  for (std::size_t i = 0; i < run.cameras.size(); ++i) {
    facts["cameras"].push_back(script_facts(run.cameras[i]));
    body += camera_section(run.cameras[i], i);
    data += fmt::format("<script type=\"text/plain\" id=\"series-{}\">{}</script>\n", i, script_series(run.cameras[i]));
  }
  body += foot_section(run);
  return fill_template(page_template(), {{"title", title(run)},
                                         {"policy", policy()},
                                         {"style", std::string(page_style())},
                                         {"body", body},
                                         {"facts", script_json(facts)},
                                         {"data", data},
                                         {"script", std::string(page_script())}});
}

}  // namespace tarsier
