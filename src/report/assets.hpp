// The page's template, style and script: page.html, page.css and the scripts of this folder, embedded by the build.
#pragma once

#include <string_view>

namespace tarsier {

// Names in {{}}: title, policy, style, body, facts, data, script.
[[nodiscard]] std::string_view page_template();
[[nodiscard]] std::string_view page_style();
// All scripts of the page, one behind the other.
[[nodiscard]] std::string_view page_script();

}  // namespace tarsier
