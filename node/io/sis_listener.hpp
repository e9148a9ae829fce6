// SisListener: TCP port of a STANAG 5066 stack for other people's clients (F.16), at several endpoints.
//
// A client that does not read keeps its octets in the stack, which bounds them; one that lies is cut
// off by the stack; one that ignores the flow control is read slowly. None stops the others: nothing here
// waits, and each is read once in a turn, at most 16 KiB.
#pragma once

#include "bearers/s5066/stack.hpp"
#include "node/io/clock.hpp"
#include "node/io/stream_listener.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace longwire::io {

class SisListener {
 public:
  struct Owner {
    std::function<void()> fed;  // the stack wants run()
    std::function<void(std::string_view level, std::string_view name, boost::json::object)> report;
  };

  // Throws std::runtime_error when an endpoint cannot be opened.
  SisListener(boost::asio::io_context& io, const std::vector<engine::Endpoint>& endpoints, std::size_t most_clients,
              s5066::Stack& stack, Clock& clock, Owner owner);
  ~SisListener();

  void start();
  void stop();
  // Writes what the stack has for its clients and closes those it wants closed.
  void flush();
  std::vector<std::string> addresses() const;

 private:
  struct Client;
  void accepted(StreamListener::Socket socket, const std::string& address);
  void read(const std::shared_ptr<Client>& client);
  void read_soon(const std::shared_ptr<Client>& client);
  void flush(const std::shared_ptr<Client>& client);
  void close_soon(const std::shared_ptr<Client>& client);
  void gone(const std::shared_ptr<Client>& client, std::string_view why);

  std::size_t most_clients_;
  s5066::Stack& stack_;
  Clock& clock_;
  Owner owner_;
  std::vector<std::unique_ptr<StreamListener>> listeners_;
  std::vector<std::shared_ptr<Client>> clients_;
  bool stopped_ = false;
};

}  // namespace longwire::io
