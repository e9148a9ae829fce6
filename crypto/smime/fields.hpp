// Header fields octet for octet, for what takes a header apart and puts it together again.
#pragma once

#include "mail/message.hpp"

#include <string_view>

namespace longwire::crypto::smime {

// Name, colon, value and line end of field `i` of a header as they stand in the message.
inline std::string_view whole_field(std::string_view message, const mail::HeaderView& header, std::size_t i) {
  const auto& fields = header.fields();
  const auto start = fields[i].offset;
  if (i + 1 < fields.size()) return message.substr(start, fields[i + 1].offset - start);
  const auto& last = fields[i].raw_value;
  const auto lf = message.find('\n', static_cast<std::size_t>(last.data() - message.data()) + last.size());
  return message.substr(start, lf == std::string_view::npos ? lf : lf + 1 - start);
}

inline void append(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }
inline void append(Bytes& out, ByteView octets) { out.insert(out.end(), octets.begin(), octets.end()); }

// The field, its line ended where the message broke off.
inline void append_field(Bytes& out, std::string_view field) {
  append(out, field);
  if (!field.ends_with('\n')) append(out, "\r\n");
}

}  // namespace longwire::crypto::smime
