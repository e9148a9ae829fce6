// Header fields that have no place in a heading ride in the heading extension rfc-822-field-list (RFC 2156 5.1.2).
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "mail/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

inline constexpr std::string_view field_list_oid = "1.3.6.1.7.1.3.2";

// "Name: value" without CRLF, unfolded, no space before the colon, IA5: other characters become encoded words.
std::string ia5_field(const mail::HeaderField& field);

struct KeptField {
  std::string name;
  std::string value;  // trimmed
  friend bool operator==(const KeptField&, const KeptField&) = default;
};
std::optional<KeptField> split_field(std::string_view line);

// SEQUENCE OF IA5String. Lines that are no fields are left out and named in the notes.
Bytes encode_field_list(const std::vector<std::string>& lines);
Result<std::vector<KeptField>> decode_field_list(ByteView ber, std::vector<std::string>& notes);

}  // namespace longwire::gateway
