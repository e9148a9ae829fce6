// Big unsigned integers between DER, octets and mbedTLS.
#pragma once

#include "base/ber.hpp"
#include "crypto/mbedtls_port.hpp"
#include "crypto/secret.hpp"

#include <optional>

namespace longwire::crypto {

// The octets of a positive INTEGER or zero, without leading zeros; views the document. nullopt: negative, no INTEGER.
std::optional<ByteView> unsigned_integer(const ber::Document& doc, std::size_t index);
bool load_integer(const ber::Document& doc, std::size_t index, port::Mpi& into);
void load(port::Mpi& into, ByteView big_endian);
void put_integer(ber::Writer& out, const port::Mpi& value);
Bytes integer_der(const port::Mpi& value);
// Big-endian, zeros on the left. The value fits.
Secret fixed_width(const port::Mpi& value, std::size_t octets);

}  // namespace longwire::crypto
