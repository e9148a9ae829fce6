// X400Reception: a complete MTS-APDU becomes a stored message, mail or a report, or a named event (stanag4406.md 9,
// rows E-06 .. E-13). What only passes through stays as it came; what ends here or goes on as MULE becomes mail.
#pragma once

#include "node/engine/arrival.hpp"
#include "node/engine/boundary.hpp"
#include "node/engine/intake.hpp"
#include "node/engine/outcomes.hpp"
#include "node/engine/x400_reports.hpp"

#include <string>
#include <vector>

namespace longwire::engine {

class X400Reception {
 public:
  X400Reception(Core& core, Intake& intake, Boundary& boundary, X400Reports& reports)
      : core_(core), intake_(intake), boundary_(boundary), reports_(reports) {}

  // Content of a CompressedData of type P1.
  void p1(const Arrival& arrival, ByteView octets, Time now);
  // A bare P772 content (TMI-4): the envelope is made of its heading.
  void p772(const Arrival& arrival, ByteView content, Time now);
  // The same when it is decoded already; octets: its encoding.
  void apdu(const Arrival& arrival, x400::MtsApdu apdu, ByteView octets, Time now);

 private:
  struct Share;  // a recipient this node is responsible for
  void message(const Arrival& arrival, x400::Message message, ByteView octets, Time now);
  void probe(const Arrival& arrival, const x400::Probe& probe, Time now);
  void report(const Arrival& arrival, const x400::Report& report, ByteView octets, Time now);
  bool refused_whole(const Arrival& arrival, const x400::Message& message, Time now);
  std::vector<Share> shares(const Arrival& arrival, const x400::Message& message, Time now);
  void refuse_some(const x400::Message& message, const std::vector<std::size_t>& positions, const gateway::Refusal& why,
                   PmulId from, Time now);
  bool known(const x400::MtsId& id, std::string_view what, const Arrival& arrival, Time now);
  store::MessageRow row_of(const Arrival& arrival, const x400::MessageEnvelope& envelope, Time now) const;
  void keep_apdu(const Arrival& arrival, const x400::Message& message, ByteView octets,
                 const std::vector<Share>& shares, Time now);
  void keep_mail(const Arrival& arrival, const x400::Message& message, const std::vector<Share>& shares, Time now);
  void told(const Arrival& arrival, LiveMessage& m, std::string_view form, Time now);

  Core& core_;
  Intake& intake_;
  Boundary& boundary_;
  X400Reports& reports_;
};

}  // namespace longwire::engine
