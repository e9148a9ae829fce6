// Judge: what a message is found to be when it comes in: its label, its protection, and what that is worth. Part of
// every way in: submission, MULE, X.400, DMP, ACP 127. The message itself is stored as it came.
#pragma once

#include "annexe/x400/p1.hpp"
#include "node/engine/core.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::engine {

struct Judgement {
  Label label;
  std::string protection = "clear";  // "signed", "encrypted", "signed encrypted"
  std::vector<std::string> words;
  std::optional<security::Refusal> refusal;  // for every recipient
  std::optional<security::ReceiptFound> receipt;

  void tell(store::MessageRow& row) const {
    row.label = label;
    row.protection = protection;
    row.verdict = words;
  }
};

class Judge {
 public:
  explicit Judge(Core& core) : core_(core) {}

  // from_peer: 0 for what was submitted here; from: envelope sender.
  Judgement mail(ByteView message, PmulId from_peer, std::string_view from, Time now) const;
  // as_mail: what the message is as mail where it is no CMS object; its SIO-Label says what P1, heading or DMP did.
  Judgement x400(const x400::Message& message, ByteView as_mail, PmulId from_peer, std::string_view from,
                 Time now) const;
  // Where nobody can look inside: the label of the P1 envelope.
  Label label_of(const x400::MessageEnvelope& envelope) const;

 private:
  Judgement judged(security::Verdict verdict) const;
  void take_label(Judgement& out, ByteView mail) const;
  void finish(Judgement& out, PmulId from_peer, bool report) const;
  void translate(Judgement& out, PmulId from_peer) const;
  void refuse_unreadable(Judgement& out, const x400::MessageEnvelope& envelope) const;

  Core& core_;
};

// OID of a P1 content type; empty: a number that has none.
std::string oid_of(const x400::ContentType& type);
x400::ContentType type_of(const std::string& oid);
// A CMS object, or MIME that may hold one (RFC 3855 2.2).
bool may_be_protected(const x400::ContentType& type);

}  // namespace longwire::engine
