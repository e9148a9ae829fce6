// What an SMTP server session asks of the node. The narrow seam between protocol and admission.
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "mail/envelope.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace longwire::smtp {

struct Reply {
  int code = 250;
  std::string enhanced;  // "2.1.0"; empty only for greeting, HELO and EHLO
  std::string text;      // may hold several lines separated by '\n'
  bool positive() const { return code >= 200 && code < 400; }
};

// What is known of the other end of a TLS session.
struct TlsFacts {
  std::string version, cipher;         // "TLSv1.2", "TLS-ECDHE-..."
  std::string subject;                 // of a verified client certificate; empty: none
  std::vector<std::string> addresses;  // mail addresses it names
};

struct Client {
  std::string address;             // "10.1.2.3"; "local" for a unix socket
  std::string helo;                // what it called itself
  std::string protocol = "ESMTP";  // RFC 3848 keyword for Received
  std::uint64_t session = 0;
  std::optional<TlsFacts> tls{};  // unset: in the clear
  std::string user{};             // logged in as; empty: not
};

class Policy {
 public:
  virtual ~Policy() = default;
  // May change the envelope (lower the priority: 250 2.3.6 "n text").
  virtual Reply on_mail(const Client& client, mail::Envelope& envelope, Time now) = 0;
  virtual Reply on_rcpt(const Client& client, const mail::Envelope& envelope, const mail::Recipient& recipient,
                        Time now) = 0;
  virtual Reply on_message(const Client& client, mail::Envelope envelope, Bytes message, Time now) = 0;
};

}  // namespace longwire::smtp
