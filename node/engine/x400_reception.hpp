// X400Reception: a complete MTS-APDU becomes a stored message, mail or a report, or a named event (stanag4406.md 9,
// rows E-06 .. E-13). What only passes through stays as it came; what ends here or goes on as MULE becomes mail.
#pragma once

#include "node/engine/arrival.hpp"
#include "node/engine/boundary.hpp"
#include "node/engine/intake.hpp"
#include "node/engine/outcomes.hpp"
#include "node/engine/x400_reports.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::engine {

class X400Reception {
 public:
  X400Reception(Core& core, Intake& intake, Boundary& boundary, X400Reports& reports)
      : core_(core), intake_(intake), boundary_(boundary), reports_(reports), judge_(core) {}

  // Content of a CompressedData of type P1.
  void p1(const Arrival& arrival, ByteView octets, Time now);
  // A bare P772 content (TMI-4): the envelope is made of its heading.
  void p772(const Arrival& arrival, ByteView content, Time now);
  // The same when it is decoded already; octets: its encoding.
  void apdu(const Arrival& arrival, const x400::MtsApdu& apdu, ByteView octets, Time now);

 private:
  struct Share;    // a recipient this node is responsible for
  struct Affairs;  // what becomes of each
  struct Taken;    // a message with what identifies it
  void message(const Arrival& arrival, const x400::Message& message, ByteView octets, Time now);
  void probe(const Arrival& arrival, const x400::Probe& probe, Time now);
  void report(const Arrival& arrival, x400::Report report, ByteView octets, Time now);
  enum class Fate : std::uint8_t { local, passed_on, refused };
  Affairs affairs(const Arrival& arrival, const x400::MessageEnvelope& envelope) const;
  std::optional<gateway::Refusal> objection(const Arrival& arrival, const x400::MessageEnvelope& envelope,
                                            const std::vector<std::size_t>& positions, Time now);
  void refuse_some(const Taken& taken, const std::vector<std::size_t>& positions, const gateway::Refusal& why,
                   Time now);
  static acp142::ReceptionKey key_of(const Taken& taken, std::size_t position, Fate fate);
  bool known(const acp142::ReceptionKey& key, const Arrival& arrival, Time now);
  void remember(const acp142::ReceptionKey& key, const Arrival& arrival, Time now);
  Time remembered_until(const Arrival& arrival, Time now) const;
  void tell_duplicate(const Arrival& arrival, std::string_view by, Time now);
  void kept(const Taken& taken, const std::vector<Share>& shares, Time now);
  store::MessageRow row_of(const Arrival& arrival, const x400::MessageEnvelope& envelope, Time now) const;
  void keep_apdu(const Taken& taken, ByteView octets, const std::vector<Share>& shares, Time now);
  void keep_mail(const Taken& taken, const std::vector<Share>& shares, Time now);
  void told(const Arrival& arrival, LiveMessage& m, std::string_view form, Time now);

  Core& core_;
  Intake& intake_;
  Boundary& boundary_;
  X400Reports& reports_;
  Judge judge_;
};

}  // namespace longwire::engine
