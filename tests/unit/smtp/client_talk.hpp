// Plays a server against a client session: what it replies to each group of commands. Everything at once
// and octet by octet must not differ.
#pragma once

#include "node/smtp/client.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace longwire::smtp {

struct ClientTalk {
  std::vector<std::string> sent;  // one entry before each reply, and what was left at the end
  bool done = false;
  std::vector<ClientSession::Outcome> outcomes;

  // "delivered 2.0.0|permanent 5.1.1"
  std::string summary() const {
    std::string text;
    for (const auto& o : outcomes) {
      using Kind = ClientSession::Outcome::Kind;
      if (!text.empty()) text += '|';
      text += o.kind == Kind::delivered ? "delivered " : o.kind == Kind::temporary ? "temporary " : "permanent ";
      text += o.status;
    }
    return text;
  }
};

inline mail::Envelope test_envelope(std::size_t recipients = 1) {
  mail::Envelope e;
  e.from = "a@b.example";
  for (std::size_t i = 0; i < recipients; ++i) {
    mail::Recipient r;
    r.address = "c" + std::to_string(i) + "@d.example";
    e.recipients.push_back(std::move(r));
  }
  return e;
}

inline const std::string test_message = "Subject: x\r\n\r\n.text\r\n";
inline const std::string plain_hello = "250 mx.example\r\n";
inline const std::string full_hello =
    "250-mx.example hello\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-BINARYMIME\r\n250-CHUNKING\r\n250-PIPELINING\r\n"
    "250-DSN\r\n250-DELIVERBY 30\r\n250 MT-PRIORITY STANAG4406\r\n";

inline ClientTalk client_once(const std::vector<std::string>& replies, const mail::Envelope& envelope,
                              const std::string& message, bool lmtp, bool whole, bool lose) {
  ClientOptions options;
  options.lmtp = lmtp;
  options.host_name = "gw.example";
  ClientSession session(options, envelope, to_bytes(message));
  ClientTalk result;
  for (const auto& reply : replies) {
    result.sent.push_back(session.take_output());
    if (whole) session.feed(as_bytes(reply));
    else
      for (const auto& octet : as_bytes(reply)) session.feed({&octet, 1});
  }
  if (lose) session.connection_lost();
  result.sent.push_back(session.take_output());
  result.done = session.done();
  result.outcomes = session.outcomes();
  return result;
}

struct ClientCase {
  mail::Envelope envelope = test_envelope();
  std::string message = test_message;
  bool lmtp = false;
  bool lose = false;
};

inline ClientTalk client_talk(const std::vector<std::string>& replies, const ClientCase& c = {}) {
  const auto whole = client_once(replies, c.envelope, c.message, c.lmtp, true, c.lose);
  const auto octets = client_once(replies, c.envelope, c.message, c.lmtp, false, c.lose);
  EXPECT_EQ(whole.sent, octets.sent);
  EXPECT_EQ(whole.done, octets.done);
  EXPECT_EQ(whole.summary(), octets.summary());
  return whole;
}

}  // namespace longwire::smtp
