// SmtpConnection: pumps the octets of one SMTP client.
//
// It reads and feeds its session. Replies that promise nothing are written at once; those to
// a message wait for after_drain(), which the owner calls once everything fed so far is on the disk.
#pragma once

#include "node/smtp/server.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace longwire::io {

class SmtpConnection : public std::enable_shared_from_this<SmtpConnection> {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  struct Owner {
    std::function<Time()> now;
    std::function<std::uint64_t()> handed_over;                // messages given to the node so far
    std::function<void(std::shared_ptr<SmtpConnection>)> fed;  // wants after_drain()
    std::function<void()> idle_fed;                            // was answered: wants nothing but a turn some time
    std::function<void(SmtpConnection*)> gone;
  };

  SmtpConnection(Socket socket, smtp::ServerSession session, const Owner& owner);
  void start();
  void after_drain();  // writes the replies
  void close();

 private:
  void read();
  void write(std::string octets);
  void arm_idle_timer();

  Socket socket_;
  smtp::ServerSession session_;
  const Owner& owner_;
  boost::asio::steady_timer idle_;
  std::array<std::uint8_t, 32 * 1024> in_;
  std::string out_;
  bool reading_ = false;
  bool writing_ = false;
  bool idled_ = false;
  bool closed_ = false;
};

}  // namespace longwire::io
