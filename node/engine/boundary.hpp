// Boundary: what a stored message is to a peer of another content, and what of X.400 this node sent itself. The
// conversions are annexe/gateway's; here they meet the store.
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "mail/mule.hpp"
#include "node/engine/core.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::engine {

// "X400-MTS-Identifier: [/PRMD=../ADMD=../C=../;local]" in xtext: the ENVID under which mail that came by X.400 is
// known here (RFC 2156 app. A 3.2), and back.
std::string envid_of(const x400::MtsId& id);
std::optional<x400::MtsId> mts_id_of(const std::string& envid);

// Enhanced status code of an error of gateway::to_x400 or to_mail.
std::string conversion_status(const Error& error);

class Boundary {
 public:
  explicit Boundary(Core& core) : core_(core) {}

  // As it came, or with as much of its protection taken off as opening_profile() says: for users here, circuits and
  // peers whose profile protects it anew.
  enum class View : std::uint8_t { as_came, opened };

  // The message as an MTS-APDU for these recipients (positions in row.rows). A body that is one already keeps every
  // octet but trace and responsibility, unless it is opened.
  struct Apdu {
    Bytes octets;
    std::vector<std::string> notes;
  };
  Result<Apdu> apdu_of(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients, View view, Time now);
  // The message as mail for these recipients, with notes. A P1 report speaks of a message that may_report() believes.
  struct Mail {
    mail::Envelope envelope;
    Bytes message;
    std::vector<std::string> notes;
    std::optional<security::ReceiptAsked> receipt_asked{};  // View::opened
  };
  Result<Mail> mail_of(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients, View view, Time now);

  // The stored message that an X.400 identifier names: one of ours, or one that came by X.400.
  std::optional<store::MessageRow> find(const x400::MtsId& id);
  // May a report that came from this node be believed about that message? It must go to who sent the message, and
  // speak only of recipients who were handed to that node: identifiers are easily guessed.
  bool may_report(const store::MessageRow& row, const x400::Report& report, PmulId from) const;
  gateway::FindSubject subject(const store::MessageRow& row) const;
  // For a report made here on a message that came from that node.
  gateway::FindSubject subject_of_own(const x400::Report& report, PmulId from);
  // The identifier under which a stored message is known in X.400.
  x400::MtsId id_of(const store::MessageRow& row) const;
  int number_of(const store::MessageRow& row, std::uint32_t index) const;

 private:
  Result<Apdu> converted(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients, View view,
                         Time now);
  Result<Apdu> relayed(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients, View view, Time now);
  // Its content without the layers it came in; nullopt: there are none, or no key fits.
  std::optional<security::Shaper::OpenedContent> open(const store::MessageRow& row, x400::Message& message, Time now);
  bool is_from(const store::MessageRow& row, const x400::OrName& name) const;
  void number_recipients(x400::Report& report);
  std::size_t position_in(const x400::MessageEnvelope& envelope, const store::MessageRow& row,
                          std::uint32_t index) const;

  Core& core_;
};

}  // namespace longwire::engine
