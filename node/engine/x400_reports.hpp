// X.411 reports this node owes: for messages it got by X.400 and cannot accept, convert or pass on (E-07 .. E-11).
#pragma once

#include "node/engine/boundary.hpp"
#include "node/engine/intake.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::engine {

struct ReportEntry;

class X400Reports {
 public:
  X400Reports(Core& core, Intake& intake, Boundary& boundary) : core_(core), intake_(intake), boundary_(boundary) {}

  // The report on recipients of these numbers, if one is due. Its way is that of any message to the originator: as
  // an MTS-APDU when the next hop reads one, else as a DSN.
  // from: the node it came from, which is the way back when no table knows the originator. label: of the message; what
  // its sender wrote goes back only on a way that is cleared for it.
  void refuse(const x400::Message& message, const std::vector<int>& numbers, const gateway::Refusal& why, PmulId from,
              const Label& label, Time now);
  void answer(const x400::Probe& probe, const std::vector<int>& good_numbers, PmulId from, Time now);
  // For a stored MTS-APDU whose recipients failed on the way.
  void failed(const store::MessageRow& row, const std::vector<ReportEntry>& entries, Time now);
  // false: there is no way to its destination, and somebody was told.
  bool send(x400::Report report, int mt_priority, PmulId from, const Label& label, Time now);

 private:
  Core& core_;
  Intake& intake_;
  Boundary& boundary_;
};

// Does an O/R name stand for somebody the tables of this node know, or is it an Internet address in disguise?
// Otherwise the text form at our own domain is all there is for it, and mail to that has nowhere to go.
bool is_mapped(const Core& core, const x400::OrName& name);
// The mail address of an O/R name: by the tables, else at the peer `from` if it reads MTS-APDUs, else at the peer that
// takes everything. Empty: there is no way.
std::string address_of(const Core& core, const x400::OrName& name, std::optional<PmulId> from = std::nullopt);
// For what comes from that node: names no table knows get addresses in the header that lead back to it.
gateway::Settings settings_for(const Core& core, PmulId from);
// The report without what the sender of its subject wrote: content, identifiers of his own, texts.
void reduce(x400::Report& report);
// Is the next hop of this address one that takes MTS-APDUs?
bool takes_apdu(const Core& core, const Route& route);
// MT-PRIORITY under which a message is queued; a civil "urgent" is capped (stanag4406.md 5.1).
int mt_priority_of(const Core& core, const x400::MessageEnvelope& envelope);

}  // namespace longwire::engine
