// SecurityLabel: the SET that the ESSSecurityLabel (RFC 2634 3.2), the X.411 message-security-label and the label of
// P772 share (RFC 7444 4). What its numbers mean is the business of a policy (crypto/labels).
#pragma once

#include "base/ber.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire {

struct SecurityCategory {
  std::string type;  // OID
  Bytes value;       // complete BER
  friend bool operator==(const SecurityCategory&, const SecurityCategory&) = default;
};
struct SecurityLabel {
  std::string policy;                 // OID; empty = absent, which only X.411 allows
  std::optional<int> classification;  // 0 unmarked, 1 unclassified .. 5 top secret, to 256 by policy; not in order
  std::string mark;                   // privacy mark, UTF-8
  std::vector<SecurityCategory> categories;
  friend bool operator==(const SecurityLabel&, const SecurityLabel&) = default;
};
// One label and nothing behind it. Errors: those of ber::Document and of base/ber_reader.hpp, trailing_octets.
Result<SecurityLabel> decode_label(ByteView ber);
Bytes encode_label(const SecurityLabel& label);  // DER

// The same inside of other structures, whatever the tag.
Result<SecurityLabel> read_label(const ber::Document& doc, std::size_t index);
// X.411 and P772 write the members of a label in the order of their definition; a signed ESS label must be DER, whose
// SETs go by tag.
enum class LabelOrder : std::uint8_t { definition, der };
void write(ber::Writer& out, const SecurityCategory& category);
// Clearances have the same categories.
Result<SecurityCategory> read_category(const ber::Document& doc, std::size_t index);
void write_categories(ber::Writer& out, const std::vector<SecurityCategory>& categories);  // SET OF, DER; none: nothing
void write(ber::Writer& out, ber::Tag tag, const SecurityLabel& label, LabelOrder order);

}  // namespace longwire
