// ORDescriptor <-> mailbox with phrase and comments (RFC 2156 4.7.1, 4.7.2).
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "mail/address_list.hpp"

namespace longwire::gateway {

// Text as TeletexString carries it here: ISO 8859-1, no control characters, at most `most` octets. What cannot be
// carried becomes '?', or is cut, and lossy is set.
std::string teletex_text(std::string_view utf8_or_octets, std::size_t most, bool& lossy);

// Text as PrintableString: what it lacks becomes '?'.
std::string printable_text(std::string_view text, std::size_t most);

struct Described {
  x400::OrDescriptor descriptor;
  bool reply_requested = false;
  bool lossy = false;  // the field has to be kept beside it
};
Described to_descriptor(const mail::HeaderAddress& address, const Settings& settings, std::vector<std::string>& notes);
mail::HeaderAddress from_descriptor(const x400::OrDescriptor& descriptor, const Settings& settings);

}  // namespace longwire::gateway
