// Attributes inside of other structures (RFC 5652 5.3, 6.1; RFC 5083 2.1).
#pragma once

#include "crypto/cms/attributes.hpp"
#include "crypto/cms/sequence.hpp"

namespace longwire::crypto::cms {

// A SET OF Attribute of any tag. Errors: bad_cms, too_many_attributes, those of the readers.
Result<Attributes> read_attributes(const ber::Document& doc, std::size_t index);
// Whether these octets could be signed attributes. A signature made over attributes is also one over a content of the
// same octets, so that such a content without attributes proves nothing (security.md 3).
bool is_attribute_set(ByteView octets);

// The choice of times in CMS (RFC 5652 11.3): UTCTime from 1950 to 2049, GeneralizedTime otherwise.
Result<Time> read_time(const ber::Document& doc, std::size_t index);
void put_generalized_time(ber::Writer& out, Time t);

inline constexpr ber::Tag utf8_string_tag{ber::TagClass::universal, 12, false};
inline constexpr ber::Tag generalized_time_tag{ber::TagClass::universal, 24, false};

}  // namespace longwire::crypto::cms
