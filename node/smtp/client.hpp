// SMTP / LMTP client session for one message: feed(octets) -> octets to send, then an outcome per
// recipient. smtp-edge.md sections 4 and 10.
#pragma once

#include "base/bytes.hpp"
#include "mail/envelope.hpp"

#include <memory>
#include <string>
#include <vector>

namespace longwire::smtp {

struct ClientOptions {
  bool lmtp = false;
  std::string host_name;  // for EHLO / LHLO
};

class ClientSession {
 public:
  struct Outcome {
    enum class Kind : std::uint8_t { delivered, temporary, permanent } kind = Kind::temporary;
    std::string status;  // enhanced code, or derived from the reply code
    std::string reply;   // the server's exact reply, lines joined with '\n'
  };

  ClientSession(ClientOptions options, mail::Envelope envelope, Bytes message);
  ~ClientSession();
  ClientSession(ClientSession&&) noexcept;

  void feed(ByteView octets);
  void connection_lost();  // every recipient without a final reply becomes temporary
  void timed_out();
  std::string take_output();
  bool done() const;                             // outcomes are final; output (QUIT) may still be pending
  const std::vector<Outcome>& outcomes() const;  // one per recipient, in envelope order
  bool server_has_dsn() const;
  std::string server_name() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::smtp
