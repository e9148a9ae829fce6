// Reception: a complete P_MUL message becomes stored mail, or a named event; then it may be
// acknowledged. RFC 8494 3, rows M01-M16 of acp142.md 9.5.
#pragma once

#include "mail/mule.hpp"
#include "node/engine/core.hpp"
#include "node/engine/intake.hpp"
#include "node/engine/outcomes.hpp"
#include "node/engine/reports.hpp"

#include <cstdint>
#include <vector>

namespace longwire::engine {

class Reception {
 public:
  Reception(Core& core, Intake& intake, Outcomes& outcomes) : core_(core), intake_(intake), outcomes_(outcomes) {}

  // Stores what is for us and accepts the message, in the transaction that is open. Whatever can
  // never be read is accepted too, so that the sender does not repeat it.
  void received(std::size_t bearer, const acp142::notice::Received& n, Time now);

 private:
  void take(std::size_t bearer, const acp142::notice::Received& n, Time now);
  void discard(std::size_t bearer, const acp142::notice::Received& n, std::string_view event, std::string_view reason,
               Time now);
  void learn_tags(PeerIndex peer, annexe::TagStyle tags);
  // The recipients this node is responsible for (RFC 8494 3 step 3): local ones, and those we relay
  // whose next hop neither sent the message nor got it from the same sender.
  std::vector<mail::Recipient> ours(const mail::MulePayload& mail, const acp142::notice::Received& n) const;
  void store_mail(std::size_t bearer, mail::MulePayload mail, std::vector<mail::Recipient> recipients,
                  const acp142::notice::Received& n, Time now);
  // Takes out the recipients who got this very mail before, under whatever P_MUL id; remembers the rest.
  void drop_known(std::vector<mail::Recipient>& recipients, const mail::MulePayload& mail,
                  const acp142::notice::Received& n, Time now);
  void refuse_loop(LiveMessage& m, std::size_t hops, const std::string& text, Time now);

  Core& core_;
  Intake& intake_;
  Outcomes& outcomes_;
};

}  // namespace longwire::engine
