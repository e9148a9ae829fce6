// Reception: a complete P_MUL message becomes stored mail, or a named event; then it may be
// acknowledged. RFC 8494 3, rows M01-M16 of acp142.md 9.5.
#pragma once

#include "mail/mule.hpp"
#include "node/engine/arrival.hpp"
#include "node/engine/core.hpp"
#include "node/engine/dictionary_exchange.hpp"
#include "node/engine/intake.hpp"
#include "node/engine/outcomes.hpp"
#include "node/engine/x400_reception.hpp"

#include <cstdint>
#include <vector>

namespace longwire::engine {

class Reception {
 public:
  Reception(Core& core, Intake& intake, Outcomes& outcomes, X400Reception& x400, DictionaryExchange& dictionaries)
      : core_(core), intake_(intake), outcomes_(outcomes), x400_(x400), dictionaries_(dictionaries), judge_(core) {}

  // Stores what is for us and accepts the message, in the transaction that is open. Whatever can
  // never be read is accepted too, so that the sender does not repeat it.
  void received(std::size_t bearer, const acp142::notice::Received& n, Time now);
  // A CompressedData, by whatever it came. False: not read and not to be acknowledged.
  bool take(const Arrival& arrival, ByteView octets, Time now);

 private:
  void mule(const Arrival& arrival, ByteView payload, Time now);
  void learn_tags(PeerIndex peer, annexe::TagStyle tags);
  void store_mail(mail::MulePayload mail, std::vector<mail::Recipient> recipients, const Arrival& arrival, Time now);
  // Takes out the recipients who got this very mail before, under whatever P_MUL id; remembers the rest.
  void drop_known(std::vector<mail::Recipient>& recipients, const mail::MulePayload& mail, const Arrival& arrival,
                  Time now);
  void refuse_loop(LiveMessage& m, std::size_t hops, const std::string& text, Time now);

  Core& core_;
  Intake& intake_;
  Outcomes& outcomes_;
  X400Reception& x400_;
  DictionaryExchange& dictionaries_;
  Judge judge_;
};

}  // namespace longwire::engine
