// What X.509 calls SIGNED: a structure, the algorithm and the signature over it; certificates and CRLs alike.
#pragma once

#include "crypto/x509/value_reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace longwire::crypto {

// read_tbs(doc, index, out, inner) reads what is signed into `out` and gives its copy of the algorithm, complete BER.
// Errors: bad_tag with the text `none`; bad_value; those of read_tbs and of the readers.
template <class ReadTbs, class T>
std::optional<Error> read_signed(const ber::Document& doc, std::string_view none, ReadTbs read_tbs, T& out) {
  const auto parts = doc.children(0);
  if (doc[0].tag != ber::sequence_tag || parts.size() != 3 || doc[parts[0]].tag != ber::sequence_tag)
    return error("bad_tag", 0, std::string(none));
  Bytes inner;
  if (auto e = read_tbs(doc, parts[0], out, inner)) return e;
  auto algorithm = ber::tagged(ber::sequence_tag, read_algorithm)(doc, parts[1]);
  if (!algorithm) return algorithm.error();
  // RFC 5280 4.1.1.2, 5.1.1.2: the unsigned copy must say what the signed one says.
  if (ber::raw(doc, parts[1]) != inner)
    return error("bad_value", doc[parts[1]].offset, "the signature algorithms inside and outside differ");
  out.signature_oid = std::move(algorithm->oid);
  out.signature_parameters = std::move(algorithm->parameters);
  auto signature = ber::tagged(ber::bit_string_tag, read_bits)(doc, parts[2]);
  if (!signature) return signature.error();
  out.signature = *std::move(signature);
  return std::nullopt;
}

}  // namespace longwire::crypto
