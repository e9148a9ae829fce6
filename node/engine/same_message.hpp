// A message that reaches a user of ours twice, as mail and as X.400, or by DMP and by Annex E: a member of a multicast
// that never saw the others among the destinations passed it on in its own form, or the answer to a DMP datagram was
// lost and the sender went on with Annex E. Each form knows its own repetitions; these keys tell them across forms.
// Two of one form never meet here, so that whoever sends the same text again is not silenced.
#pragma once

#include "node/engine/content_key.hpp"
#include "node/engine/core.hpp"

#include <string>
#include <string_view>

namespace longwire::engine {

enum class CameAs : std::uint8_t { mail, p1, dmp };

struct Sighting {
  CameAs form = CameAs::mail;
  PmulId source;
  std::string_view from, message_id, subject;
  Time submission{};  // of X.400
};

// Has this recipient got it in the other form?
bool seen_otherwise(store::Store& store, const Sighting& message, std::string_view recipient);
void remember_form(store::Store& store, const Sighting& message, std::string_view recipient, Time until);

}  // namespace longwire::engine
