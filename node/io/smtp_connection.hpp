// SmtpConnection: pumps the octets of one SMTP client, in the clear or inside TLS.
//
// It reads and feeds its session. Replies that promise nothing are written at once; those to
// a message wait for after_drain(), which the owner calls once everything fed so far is on the disk.
// Once the session wants TLS, or from the first octet on, a TlsStream stands between session and socket.
#pragma once

#include "crypto/tls/tls_stream.hpp"
#include "node/smtp/server.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
    std::function<void(const SmtpConnection&, const Error&)> tls_failed;
  };
  struct Tls {
    std::shared_ptr<const crypto::TlsContext> context;  // nullptr: none
    bool implicit = false;                              // from the first octet on
  };

  SmtpConnection(Socket socket, smtp::ServerSession session, Tls tls, std::string address, const Owner& owner);
  void start();
  void after_drain();  // writes the replies
  void close();
  const std::string& address() const { return address_; }

 private:
  void read();
  bool over() const { return session_.closed() || ending_; }
  void received(ByteView octets);
  void received_tls(ByteView octets);
  void begin_tls();
  void feed(ByteView plain);
  void write(std::string octets);
  void write_later(std::string octets, Duration pause);
  void written();
  void arm_idle_timer();

  Socket socket_;
  smtp::ServerSession session_;
  Tls tls_;
  std::string address_;
  std::optional<crypto::TlsStream> stream_;
  const Owner& owner_;
  boost::asio::steady_timer idle_, pause_;
  std::array<std::uint8_t, 32 * 1024> in_;
  std::string out_;
  bool shaken_ = false;  // the handshake is over and the session knows it
  bool reading_ = false;
  bool writing_ = false;
  bool idled_ = false;
  bool ending_ = false;  // close once everything is written
  bool closed_ = false;
};

}  // namespace longwire::io
