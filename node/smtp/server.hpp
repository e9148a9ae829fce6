// SMTP server session: feed(octets) -> replies. Strict CRLF, no I/O. smtp-edge.md sections 1-3, 8.
//
// The owner calls start() and writes the greeting; then, for what arrives: feed(), Node::drain(),
// take_output(), write. Two things depend on that order. A reply may say 250 for a message only after the
// commit in drain(). And a client that talks before the greeting, or behind DATA before the 354, is cut
// off: "before" means before take_output() handed those replies out. The owner stops reading while output
// is waiting to be written, and after closed() reads and drops for a moment before it closes the socket,
// so that the last reply is not lost in a connection reset.
//
// TLS is the owner's: when wants_tls() after the replies were written, everything that comes from then on is TLS, and
// the session gets only what is inside. Where the connection begins with TLS (RFC 8314) it says tls_established()
// before start(). Nothing that was said in the clear outlives STARTTLS, and nothing sent in the clear behind it is read
// (RFC 3207 4.2, 6): who sends more before the 220 is cut off.
#pragma once

#include "node/smtp/logins.hpp"
#include "node/smtp/policy.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace longwire::smtp {

struct ServerOptions {
  std::string host_name;            // in the greeting and EHLO
  std::uint64_t max_message = 0;    // SIZE; 0 = limits::message_octets
  std::int64_t min_deliver_by = 0;  // DELIVERBY argument; 0 = none
  std::size_t max_recipients = 1000;
  bool starttls = false;     // the owner can do TLS
  Logins* logins = nullptr;  // must outlive the session; nullptr: no AUTH
};

class ServerSession {
 public:
  ServerSession(ServerOptions options, Client client, Policy& policy);
  ~ServerSession();
  ServerSession(ServerSession&&) noexcept;

  void start();                          // queues the greeting
  void feed(ByteView octets, Time now);  // handles as much as there is
  void idle_timeout();                   // 421 4.4.2 and close (RFC 5321 4.5.3.2.7: after 5 minutes)
  void shut_down();                      // 421 4.3.2 and close
  std::string take_output();             // what may be written after the next Node::drain()
  bool wants_tls() const;                // take_output() handed out the 220 to STARTTLS: now shake hands
  void tls_established(TlsFacts facts);
  // How long to wait before writing what take_output() gave: after wrong passwords, so that guessing takes its time.
  Duration take_pause();
  bool closed() const;  // close the connection once the output is written

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::smtp
