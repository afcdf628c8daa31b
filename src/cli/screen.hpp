// The whole terminal, for as long as it lives; the only user of ncurses. One thread, one at a time.
#pragma once

#include <chrono>
#include <vector>

#include "base/result.hpp"
#include "cli/styled_text.hpp"
#include "cli/watch_view.hpp"

namespace tarsier {

enum class Key { none, quit, up, down, page_up, page_down, home, end, next, resized };

class Screen {
 public:
  // Fails where standard input or output is no terminal, or none that can be drawn on.
  [[nodiscard]] static Result<Screen> create();
  Screen(Screen&& other) noexcept;
  Screen& operator=(Screen&&) = delete;
  // Gives the terminal back as it was.
  ~Screen();

  [[nodiscard]] ScreenSize size() const;
  void draw(const std::vector<StyledLine>& lines);
  // The next key, waiting so long for it at most.
  [[nodiscard]] Key key(std::chrono::milliseconds wait);

 private:
  Screen() = default;
  bool owned_ = true;
};

}  // namespace tarsier
