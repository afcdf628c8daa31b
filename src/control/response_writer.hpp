// Writes one response after another to a connection: texts at once, files in slices, so that other clients are served
// in between.
#pragma once

#include <string>
#include <vector>

#include "control/connection.hpp"
#include "control/message.hpp"

namespace tarsier {

// Server's thread. A file goes out by sendfile without TLS, through 64 KiB of memory with it.
class ResponseWriter {
 public:
  using Done = std::function<void(Connection::ErrorCode)>;

  // `done` is called once, later; until then it is kept, and the connection and the writer are used. `head`: the body
  // is announced and not sent.
  void write(Connection& connection, Response response, bool head, bool keep_alive, Done done);
  // "HTTP/1.1 100 Continue".
  static void write_continue(Connection& connection, Done done);

 private:
  void next_slice();
  void send_slice();
  void copy_slice();
  void after_slice(Connection::ErrorCode error, std::size_t bytes);
  void finish(Connection::ErrorCode error);

  Connection* connection_ = nullptr;
  Response response_;
  std::string header_;
  std::vector<char> copied_;
  Done done_;
};

}  // namespace tarsier
