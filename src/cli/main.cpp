// tarsier: the command.
#include <csignal>
#include <string>
#include <vector>

#include "base/heap.hpp"
#include "cli/command_line.hpp"
#include "daemon/recovery_beside.hpp"

int main(int count, char** arguments) {
  tarsier::settle_heap();
  if (const auto code = tarsier::recovery_child_main(count, arguments)) return *code;
  // A reader that goes away must not end a recording.
  std::signal(SIGPIPE, SIG_IGN);
  return tarsier::run_command_line(std::vector<std::string>(arguments + 1, arguments + count));
}
