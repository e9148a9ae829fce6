// Acp127Desk: what comes in by ACP 127 circuits. A good message becomes mail; sections wait for each other; whatever
// is garbled, ambiguous or addressed to nobody known waits for an operator, who corrects, releases or drops it.
#pragma once

#include "annexe/acp127/sections.hpp"
#include "annexe/gateway/gateway.hpp"
#include "node/engine/intake.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::engine {

class Acp127Desk {
 public:
  Acp127Desk(Core& core, Intake& intake) : core_(core), intake_(intake) {}

  // Sections that were stored before a restart wait on.
  void recover(Time now);
  // One message as the scanner gave it out: stored, as mail or on the desk, in the transaction that is open.
  void received(const event::CircuitIn& e, Time now);
  // TimerKind::circuit_sections: sections whose others do not come any more go to the operator.
  void due(Time now);

  // --- the operator. Errors: no_entry, and what the text still has wrong.
  std::vector<store::DeskRow> entries();  // without their texts
  std::optional<store::DeskRow> entry(std::uint64_t id);
  struct Release {
    std::uint64_t id = 0;
    std::string text;             // corrected; empty: as received
    std::vector<std::string> to;  // mail addresses in place of its addressees
  };
  Result<std::string> release(const Release& order, Time now);  // the tracking id of the mail
  bool drop(std::uint64_t id, Time now);

 private:
  struct Held {
    std::string_view reason;
    std::string detail;
  };
  std::size_t circuit_named(const std::string& name) const;
  // The mail it became.
  Result<std::string> accept(const acp127::Message& m, std::size_t circuit, const std::vector<std::string>& to,
                             Time now);
  bool known(const acp127::Message& m, const std::string& circuit, Time now);
  void section(acp127::Message m, std::size_t circuit, const std::string& text, Time now);
  void finish(const acp127::Reassembly::Outcome& whole, std::size_t circuit, Time now);
  void hold(const std::string& circuit, const Held& why, std::string text, Time now);
  void remove(const store::DeskRow& row, Time now);

  Core& core_;
  Intake& intake_;
  acp127::Reassembly reassembly_;
  bool armed_ = false;
};

}  // namespace longwire::engine
