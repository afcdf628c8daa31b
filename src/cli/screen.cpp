#include "cli/screen.hpp"

#include <fmt/format.h>
#include <unistd.h>

// Its macros have names of ours.
#define NCURSES_NOMACROS
#include <ncurses.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace tarsier {
namespace {

// In raw mode the keyboard sends letters alone, no signals.
constexpr int control_c = 3, control_z = 26, escape = 27;

enum Pair : short { green = 1, yellow, red, cyan };

void choose_colours() {
  if (!has_colors()) return;
  start_color();
  use_default_colors();
  init_pair(green, COLOR_GREEN, -1);
  init_pair(yellow, COLOR_YELLOW, -1);
  init_pair(red, COLOR_RED, -1);
  init_pair(cyan, COLOR_CYAN, -1);
}

attr_t attributes(Style style) {
  const auto pair = [](Pair number) { return static_cast<attr_t>(COLOR_PAIR(number)); };
  switch (style) {
    case Style::quiet: return A_DIM;
    case Style::strong: return A_BOLD;
    case Style::good: return pair(green);
    case Style::warning: return pair(yellow);
    case Style::bad: return pair(red) | A_BOLD;
    case Style::bar: return pair(cyan);
    case Style::banner: return A_REVERSE;
    case Style::plain: break;
  }
  return A_NORMAL;
}

}  // namespace

Result<Screen> Screen::create() {
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1)
    return misuse("there is no terminal to draw on; `tarsier status` prints the same once");
  std::setlocale(LC_ALL, "");
  if (newterm(nullptr, stdout, stdin) == nullptr) {
    const char* const name = std::getenv("TERM");
    return misuse(
        fmt::format("cannot draw on a terminal of the kind {}; set TERM to what it is, or use `tarsier status`",
                    name == nullptr ? "unknown (TERM is not set)" : name));
  }
  raw();
  noecho();
  keypad(stdscr, true);
  set_escdelay(25);
  curs_set(0);
  choose_colours();
  return Screen();
}

Screen::Screen(Screen&& other) noexcept : owned_(std::exchange(other.owned_, false)) {}

Screen::~Screen() {
  if (owned_) endwin();
}

ScreenSize Screen::size() const {
  return {static_cast<std::size_t>(getmaxx(stdscr)), static_cast<std::size_t>(getmaxy(stdscr))};
}

void Screen::draw(const std::vector<StyledLine>& lines) {
  werase(stdscr);
  for (std::size_t row = 0; row < lines.size(); ++row) {
    wmove(stdscr, static_cast<int>(row), 0);
    for (const auto& span : lines[row]) {
      wattrset(stdscr, static_cast<int>(attributes(span.style)));
      waddstr(stdscr, span.text.c_str());
    }
  }
  wattrset(stdscr, A_NORMAL);
  wrefresh(stdscr);
}

Key Screen::key(std::chrono::milliseconds wait) {
  wtimeout(stdscr, static_cast<int>(wait.count()));
  switch (wgetch(stdscr)) {
    case 'q':
    case 'Q':
    case escape:
    case control_c: return Key::quit;
    case control_z: std::raise(SIGTSTP); return Key::resized;  // ncurses gives the terminal back meanwhile
    case KEY_UP:
    case 'k': return Key::up;
    case KEY_DOWN:
    case 'j': return Key::down;
    case KEY_PPAGE: return Key::page_up;
    case KEY_NPAGE:
    case ' ': return Key::page_down;
    case KEY_HOME: return Key::home;
    case KEY_END: return Key::end;
    case '\t': return Key::next;
    case KEY_RESIZE: return Key::resized;
    default: return Key::none;
  }
}

}  // namespace tarsier
