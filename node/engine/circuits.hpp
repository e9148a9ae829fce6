// Circuits: mail whose route is an ACP 127 circuit goes out there, one message at a time on each, the most urgent
// first. What has begun is noted before it leaves, so that after a crash it goes again under the same name, marked as
// a suspected duplicate.
#pragma once

#include "annexe/gateway/acp127.hpp"
#include "node/engine/boundary.hpp"
#include "node/engine/intake.hpp"
#include "node/engine/outcomes.hpp"

#include <map>
#include <string>
#include <vector>

namespace longwire::engine {

// Transmission instruction (FL4) of a message that may have been sent before. ACP 131 has a signal for it, but no
// public text says which (stanag4406.md 7.1).
inline constexpr std::string_view suspected_duplicate = "SUSPECTED DUPLICATE";

acp127::Style style_of(const CircuitConfig& circuit);

class Circuits {
 public:
  // first: as for LocalDelivery.
  Circuits(Core& core, Scheduler& scheduler, Outcomes& outcomes, Intake& intake, Boundary& boundary,
           std::uint64_t first);

  // Issues action::CircuitOut for what waits.
  void dispatch(Time now);
  void state(const event::CircuitState& e, Time now);
  void done(const event::CircuitDone& e, Time now);
  boost::json::array status() const;

 private:
  struct Pending {
    std::uint64_t delivery = 0;  // 0: idle
    std::uint64_t message = 0;
    std::vector<std::uint32_t> recipients;
    std::string name;  // "RFLSVH 0042 3251200"
  };
  struct Line {
    bool up = false;
    Pending pending;
    std::uint64_t sent = 0, octets = 0, failed = 0;
  };
  bool may_send(std::size_t circuit, Precedence level) const;
  void issue(LiveMessage& m, std::size_t circuit, Time now);
  std::vector<std::uint32_t> addressable(LiveMessage& m, const store::MessageRow& row, std::size_t circuit, Time now);
  Result<Bytes> transmission(const store::MessageRow& row, std::size_t circuit, Pending& pending, Time now);
  void refuse(LiveMessage& m, const std::vector<std::uint32_t>& recipients, const std::string& status,
              const std::string& text, Time now);
  void notify(std::uint64_t message, const std::vector<std::uint32_t>& recipients,
              const gateway::Acp127Outcome& outcome, Time now);
  void send_notification(const x400::Message& mon, const store::MessageRow& subject, Time now);
  std::optional<x400::Message> as_message(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients,
                                          Time now);

  Core& core_;
  Scheduler& scheduler_;
  Outcomes& outcomes_;
  Intake& intake_;
  Boundary& boundary_;
  std::vector<Line> lines_;
  std::uint64_t last_;
};

}  // namespace longwire::engine
