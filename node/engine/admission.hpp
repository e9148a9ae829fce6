// Admission: who may submit what. smtp-edge.md section 3 names every reply.
//
// Precedence of a submitted message (RFC 6710, RFC 6758 3.1, RFC 6477), the first that is there:
// the MT-PRIORITY parameter of MAIL, the MT-Priority field, MMHS-Primary-Precedence,
// MMHS-Copy-Precedence, else 0. Each is capped by the submitter's maximum.
#pragma once

#include "node/engine/cidr.hpp"
#include "node/engine/core.hpp"
#include "node/engine/intake.hpp"
#include "node/smtp/policy.hpp"

#include <optional>
#include <vector>

namespace longwire::engine {

class Admission {
 public:
  Admission(Core& core, Intake& intake);

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
  bool leaves_by_radio(const mail::Envelope& envelope) const;

  Core& core_;
  Intake& intake_;
  std::vector<Rule> rules_;
};

}  // namespace longwire::engine
