// The curves: P-256, P-384, P-521 (RFC 5480 2.1.1.1) and X25519 (RFC 7748) over mbedTLS.
#pragma once

#include "crypto/keys.hpp"
#include "crypto/mbedtls_port.hpp"

namespace longwire::crypto::ec {

std::optional<KeyType> curve_of_oid(std::string_view oid);
std::string_view oid_of(KeyType curve);  // of the named curves
void load_group(port::Group& group, KeyType curve);
std::size_t field_octets(KeyType curve);
// 04 X Y, or 02/03 X (RFC 5480 2.2; hybrid forms are not taken), or the 32 octets of X25519. False: not on the curve.
bool read_point(port::Group& group, KeyType curve, ByteView octets, port::Point& into);
Bytes write_point(const port::Group& group, const port::Point& point);
// The private scalar as PKCS#8 holds it: big-endian, or the 32 octets of X25519, which are clamped (RFC 7748 5).
bool read_scalar(port::Group& group, KeyType curve, ByteView octets, port::Mpi& into);
// X of d * point in the width of the field. nullopt: the point at infinity, or zero (RFC 7748 6.1).
std::optional<Secret> shared_x(port::Group& group, KeyType curve, const port::Mpi& d, const port::Point& point,
                               Random& random);

}  // namespace longwire::crypto::ec
