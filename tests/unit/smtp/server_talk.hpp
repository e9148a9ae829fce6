// Plays a client against a server session, three times: everything at once, octet by octet and in
// random pieces. The three must not differ.
#pragma once

#include "base/rng.hpp"
#include "node/smtp/server.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace longwire::smtp {

struct Accepted {
  Client client;
  mail::Envelope envelope;
  std::string message;
};

// Accepts all but what the test says. Addresses steer it: "nobody@..." is unknown, and so on.
class TestPolicy : public Policy {
 public:
  Reply on_mail(const Client&, mail::Envelope& envelope, Time) override {
    if (envelope.from.starts_with("lowered@")) {
      envelope.mt_priority = 0;
      return {250, "2.3.6", "0 priority lowered"};
    }
    if (envelope.from.starts_with("refused@")) return {550, "5.7.1", "not you"};
    if (envelope.from.starts_with("closing@")) return {421, "4.3.2", "shutting down"};
    return {250, "2.1.0", "ok"};
  }
  Reply on_rcpt(const Client&, const mail::Envelope&, const mail::Recipient& recipient, Time) override {
    if (recipient.address.starts_with("nobody@")) return {550, "5.1.1", "no such user"};
    if (recipient.address.starts_with("later@")) return {451, "4.4.3", "directory down\nask again"};
    return {250, "2.1.5", "ok"};
  }
  Reply on_message(const Client& client, mail::Envelope envelope, Bytes message, Time) override {
    accepted.push_back({client, std::move(envelope), std::string(as_text(message))});
    return end_reply;
  }

  Reply end_reply{250, "2.6.0", "kept"};
  std::vector<Accepted> accepted;
};

struct Talk {
  std::string output;  // all replies but the greeting
  bool closed = false;
  std::vector<Accepted> accepted;
};

enum class Pieces { whole, octets, random };

// One entry of `groups` is what a client sends before it waits for the replies.
inline Talk talk_once(const std::vector<std::string>& groups, const ServerOptions& options, const Reply& end_reply,
                      Pieces pieces, std::uint64_t seed = 1) {
  TestPolicy policy;
  policy.end_reply = end_reply;
  Client client;
  client.address = "10.1.2.3";
  ServerSession session(options, client, policy);
  session.start();
  (void)session.take_output();
  Rng rng(seed);
  Talk result;
  for (const auto& group : groups) {
    auto left = as_bytes(group);
    while (!left.empty()) {
      std::size_t n = left.size();
      if (pieces == Pieces::octets) n = 1;
      if (pieces == Pieces::random) n = 1 + rng.below(left.size());
      session.feed(left.first(n), Time{});
      left = left.subspan(n);
    }
    result.output += session.take_output();
  }
  result.closed = session.closed();
  result.accepted = std::move(policy.accepted);
  return result;
}

inline ServerOptions test_options() { return {.host_name = "gw.example", .max_message = 1000, .max_recipients = 3}; }

inline Talk talk(const std::vector<std::string>& groups, const ServerOptions& options = test_options(),
                 const Reply& end_reply = {250, "2.6.0", "kept"}) {
  const auto whole = talk_once(groups, options, end_reply, Pieces::whole);
  const auto same = [&](const Talk& other) {
    EXPECT_EQ(whole.output, other.output);
    EXPECT_EQ(whole.closed, other.closed);
    EXPECT_EQ(whole.accepted.size(), other.accepted.size());
    for (std::size_t i = 0; i < std::min(whole.accepted.size(), other.accepted.size()); ++i)
      EXPECT_EQ(whole.accepted[i].message, other.accepted[i].message);
  };
  same(talk_once(groups, options, end_reply, Pieces::octets));
  for (std::uint64_t seed = 1; seed <= 5; ++seed) same(talk_once(groups, options, end_reply, Pieces::random, seed));
  return whole;
}

// The replies to `command` after EHLO and MAIL, RCPT as given.
inline const std::string ehlo = "EHLO ws.example\r\n";
inline const std::string mail_from = "MAIL FROM:<a@b.example>\r\n";
inline const std::string rcpt_to = "RCPT TO:<c@d.example>\r\n";

inline std::string ehlo_reply(const ServerOptions& options = test_options()) { return talk({ehlo}, options).output; }
// Without the reply to EHLO.
inline std::string after_ehlo(std::vector<std::string> groups, const ServerOptions& options = test_options()) {
  groups.insert(groups.begin(), ehlo);
  return talk(groups, options).output.substr(ehlo_reply(options).size());
}

}  // namespace longwire::smtp
