// Admission: who may submit what. smtp-edge.md section 3 names every reply.
//
// Precedence of a submitted message (RFC 6710, RFC 6758 3.1, RFC 6477), the first that is there:
// the MT-PRIORITY parameter of MAIL, the MT-Priority field, MMHS-Primary-Precedence,
// MMHS-Copy-Precedence, else 0. Each is capped by the submitter's maximum.
#pragma once

#include "node/engine/cidr.hpp"
#include "node/engine/core.hpp"
#include "node/engine/intake.hpp"
#include "node/engine/judge.hpp"
#include "node/smtp/policy.hpp"

#include <deque>
#include <optional>
#include <set>
#include <vector>

namespace longwire::engine {

class Admission {
 public:
  Admission(Core& core, Intake& intake, Time started);

  smtp::Reply on_mail(const smtp::Client& client, mail::Envelope& envelope, Time now);
  smtp::Reply on_rcpt(const smtp::Client& client, const mail::Envelope& envelope, const mail::Recipient& recipient,
                      Time now);
  // Stores the message; throws StoreError.
  smtp::Reply on_message(const smtp::Client& client, mail::Envelope envelope, Bytes message, Time now);

 private:
  struct Rule {
    Network network;
    Submitter rights;
  };
  const Submitter* rights_of(const smtp::Client& client) const;
  smtp::Reply refuse(const smtp::Client& client, smtp::Reply reply, std::string_view what, Time now);
  // Lowers the priority to what the submitter may; an answer only when it was changed or refused.
  std::optional<smtp::Reply> cap(const Submitter& rights, mail::Envelope& envelope) const;
  std::optional<smtp::Reply> check_content(const mail::Envelope& envelope, ByteView message, Time now);
  // Was the very same submission stored before this node came up, and its 250 perhaps lost with the node?
  // RFC 5321 4.5.3.2.6 lets such a message be doubled; formal messages should not be.
  bool stored_before_restart(const smtp::Client& client, const mail::Envelope& envelope, ByteView message, Time now);
  // Labels and signatures: the reply that refuses, and what is known of a message that is taken.
  std::optional<smtp::Reply> judge(const smtp::Client& client, const mail::Envelope& envelope, const Bytes& message,
                                   Judgement& judged, Time now);
  bool leaves_by_radio(const mail::Envelope& envelope) const;

  Core& core_;
  Intake& intake_;
  Judge judge_;
  std::vector<Rule> rules_;
  Time started_;
  std::set<acp142::ReceptionKey> taken_;                           // since then
  std::deque<std::pair<Time, acp142::ReceptionKey>> taken_order_;  // to forget them
};

}  // namespace longwire::engine
