// Typed reading of BER elements: SET members in any order, each at most once, values checked.
#pragma once

#include "base/ber.hpp"
#include "base/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::ber {

// The members of a SET or SEQUENCE by tag (the constructed bit is not looked at: strings may be segmented).
// take() hands out each once; what is left over afterwards is unknown and can be kept with rest().
class Members {
 public:
  Members(const Document& doc, std::size_t index);
  std::optional<std::size_t> take(TagClass cls, std::uint32_t number);
  std::optional<std::size_t> take(Tag tag) { return take(tag.cls, tag.number); }
  // A second element of a tag already taken: duplicate_element.
  std::optional<Error> check_duplicates() const;
  std::vector<std::size_t> rest() const;
  const Document& document() const { return *doc_; }

 private:
  const Document* doc_;
  std::vector<std::size_t> children_;
  std::vector<bool> taken_;
};

// The one element inside an EXPLICIT tag or a CHOICE with a tag. Errors: bad_length.
Result<std::size_t> only_child(const Document& doc, std::size_t index);
// The whole encoding of an element, identifier octets included.
Bytes raw(const Document& doc, std::size_t index);

// Strings of the restricted kinds, any tag, segments joined. PrintableString, NumericString and IA5String must hold
// octets below 128 (real peers put '@' and '*' into PrintableString: taken). Errors: bad_string.
Result<std::string> text(const Document& doc, std::size_t index);
// TeletexString as UTF-8: ASCII as it is, the rest read as ISO 8859-1.
Result<std::string> teletex(const Document& doc, std::size_t index);
Result<bool> boolean(const Document& doc, std::size_t index);
Result<int> small_integer(const Document& doc, std::size_t index);  // INTEGER or ENUMERATED within int. bad_value
// Bit 0 is the top bit of the first octet; unused bits are zero; bits beyond 16 are dropped. Errors: bad_value.
Result<std::uint16_t> bits(const Document& doc, std::size_t index);
Result<Time> utc_time(const Document& doc, std::size_t index);  // UTCTime. Errors: bad_time

// Writing of the same.
void put_text(Writer& out, Tag tag, std::string_view text);
void put_teletex(Writer& out, Tag tag, std::string_view utf8);  // outside ISO 8859-1: '?'
void put_bits(Writer& out, Tag tag, std::uint16_t bits, unsigned count);
void put_named_bits(Writer& out, Tag tag, std::uint16_t bits);  // zeros at the end left out (X.690 11.2.2)
void put_utc_time(Writer& out, Tag tag, Time t);
void put_boolean(Writer& out, Tag tag, bool value);
// What is no OID is written as 0.0, so that the rest stays readable; decoded values never are that.
void put_oid(Writer& out, Tag tag, std::string_view oid);

inline constexpr Tag boolean_tag{TagClass::universal, 1, false};
inline constexpr Tag enumerated_tag{TagClass::universal, 10, false};
inline constexpr Tag set_tag{TagClass::universal, 17, true};
inline constexpr Tag numeric_string_tag{TagClass::universal, 18, false};
inline constexpr Tag printable_string_tag{TagClass::universal, 19, false};
inline constexpr Tag teletex_string_tag{TagClass::universal, 20, false};
inline constexpr Tag ia5_string_tag{TagClass::universal, 22, false};
inline constexpr Tag utc_time_tag{TagClass::universal, 23, false};
inline constexpr Tag general_string_tag{TagClass::universal, 27, false};
inline constexpr Tag external_tag{TagClass::universal, 8, true};

}  // namespace longwire::ber
