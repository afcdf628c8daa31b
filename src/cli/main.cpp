// tarsier: the command.
#include <csignal>
#include <string>
#include <vector>

#include "base/heap.hpp"
#include "cli/command_line.hpp"

int main(int count, char** arguments) {
  tarsier::settle_heap();
  // A reader that goes away must not end a recording.
  std::signal(SIGPIPE, SIG_IGN);
  return tarsier::run_command_line(std::vector<std::string>(arguments + 1, arguments + count));
}
