// Small readers that certificates, CRLs and their extensions share, for base/ber_fields.hpp.
#pragma once

#include "base/ber_fields.hpp"
#include "base/time.hpp"

#include <string>

namespace longwire::crypto {

inline constexpr ber::Tag generalized_time_tag{ber::TagClass::universal, 24, false};
inline constexpr ber::Tag utf8_string_tag{ber::TagClass::universal, 12, false};

// UTCTime (years 1950-2049) or GeneralizedTime "YYYYMMDDHHMMSS[.f]Z" (RFC 5280 4.1.2.5). Errors: bad_time, bad_tag.
Result<Time> read_time(const ber::Document& doc, std::size_t index);
Result<Bytes> read_raw(const ber::Document& doc, std::size_t index);  // the whole encoding
Result<std::string> read_oid(const ber::Document& doc, std::size_t index);
Result<Bytes> read_octets(const ber::Document& doc, std::size_t index);
Result<Bytes> read_bits(const ber::Document& doc, std::size_t index);
// The content octets of an INTEGER of any length, without needless leading octets. Errors: bad_tag, bad_length.
Result<Bytes> read_big_integer(const ber::Document& doc, std::size_t index);

struct AlgorithmId {
  std::string oid;
  Bytes parameters;  // complete BER, empty = absent
};
Result<AlgorithmId> read_algorithm(const ber::Document& doc, std::size_t index);

// `read` for the one value that `octets` must hold. Errors: those of ber::Document and `read`, trailing_octets.
template <class Read>
Result<ber::ReadBy<Read>> read_value(ByteView octets, Read read) {
  const auto doc = ber::Document::read(octets);
  if (!doc) return doc.error();
  if (doc->octets() != octets.size()) return error("trailing_octets", doc->octets(), "octets behind the value");
  return std::invoke(read, *doc, std::size_t{0});
}

}  // namespace longwire::crypto
