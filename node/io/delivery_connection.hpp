// DeliveryConnection: one SMTP or LMTP conversation that hands a message to the local mail server, in the clear or
// inside TLS.
#pragma once

#include "crypto/tls/tls_stream.hpp"
#include "node/engine/config.hpp"
#include "node/smtp/client.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace longwire::io {

class DeliveryConnection : public std::enable_shared_from_this<DeliveryConnection> {
 public:
  // Called once; the session then has its outcomes. tls_failed: because there is no TLS with that server.
  using OnDone = std::function<void(const smtp::ClientSession&, bool tls_failed)>;
  struct Tls {
    std::shared_ptr<const crypto::TlsContext> context;  // nullptr: none
    std::string server_name;
    bool implicit = false;  // from the first octet on
  };

  DeliveryConnection(boost::asio::io_context& io, engine::Endpoint server, smtp::ClientSession session, Tls tls,
                     OnDone on_done);
  void start();
  void abort();  // at shutdown: no outcome, the message is tried again after the next start

 private:
  void read();
  void received(ByteView octets);
  void begin_tls();
  void pump();
  void lost();
  void finish();
  void arm(std::chrono::seconds limit);

  engine::Endpoint server_;
  boost::asio::generic::stream_protocol::socket socket_;
  smtp::ClientSession session_;
  Tls tls_;
  std::optional<crypto::TlsStream> stream_;
  bool shaken_ = false;  // the handshake is over and the session knows it
  bool tls_failed_ = false;
  OnDone on_done_;
  boost::asio::steady_timer timer_;
  std::array<std::uint8_t, 16 * 1024> in_;
  std::string out_;
  bool writing_ = false;
  bool reported_ = false;
  bool closed_ = false;
};

}  // namespace longwire::io
