// Fields of a header kept or left out, octet for octet.
#pragma once

#include "mail/message.hpp"

#include <string>
#include <string_view>

namespace longwire::security {

// Those of `fields` (whole lines) for which keep(field) holds.
template <class Keep>
std::string kept_fields(std::string_view fields, Keep keep) {
  const auto message = std::string(fields) + "\r\n";
  const mail::HeaderView header(as_bytes(message));
  std::string out;
  for (std::size_t i = 0; i < header.fields().size(); ++i) {
    const auto& field = header.fields()[i];
    const auto end = i + 1 < header.fields().size() ? header.fields()[i + 1].offset : fields.size();
    if (keep(field)) out += fields.substr(field.offset, end - field.offset);
  }
  return out;
}

}  // namespace longwire::security
