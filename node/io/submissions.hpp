// Submissions: stands between the SMTP sessions and the node and notes who is in the middle of a
// message. So the loop knows which replies have to wait for the disk, and whether it pays to wait a
// moment for others that will want the same commit.
#pragma once

#include "node/smtp/policy.hpp"

#include <cstdint>
#include <set>

namespace longwire::io {

class Submissions final : public smtp::Policy {
 public:
  explicit Submissions(smtp::Policy& node) : node_(node) {}

  smtp::Reply on_mail(const smtp::Client& client, mail::Envelope& envelope, Time now) override;
  smtp::Reply on_rcpt(const smtp::Client& client, const mail::Envelope& envelope, const mail::Recipient& recipient,
                      Time now) override;
  smtp::Reply on_message(const smtp::Client& client, mail::Envelope envelope, Bytes message, Time now) override;

  // Messages handed to the node so far: when feeding a session changes it, its replies promise something.
  std::uint64_t handed_over() const { return handed_over_; }
  // Somebody has begun a message and not ended it. One that was begun and given up with RSET counts
  // until its session ends or sends another: that costs a short wait, nothing else.
  bool any_open() const { return !open_.empty(); }
  void gone(std::uint64_t session) { open_.erase(session); }

 private:
  smtp::Policy& node_;
  std::set<std::uint64_t> open_;
  std::uint64_t handed_over_ = 0;
};

}  // namespace longwire::io
