// X9.42 Diffie-Hellman (RFC 2631) over mbedTLS's big integers.
#pragma once

#include "base/result.hpp"
#include "crypto/mbedtls_port.hpp"
#include "crypto/secret.hpp"

namespace longwire::crypto {

struct DhGroup {
  port::Mpi p, g, q;
  Bytes parameters;  // DER, as read: SEQUENCE { p, g, q, ... } (RFC 2631 4.1 has this order)

  // Errors: those of ber::Document; bad_key for a group beyond limits::dh_*, or whose g is not of order q.
  std::optional<Error> read(ByteView der);
  // 2 <= y <= p - 2 and y^q = 1 (RFC 2631 2.1.5)
  bool contains(const port::Mpi& y) const;
  void power(port::Mpi& result, const port::Mpi& base, const port::Mpi& exponent) const;
  // The same for secret exponents, with a random multiple of q added. `base` is of the group.
  void secret_power(port::Mpi& result, const port::Mpi& base, const port::Mpi& exponent, Random& random) const;
  void fresh_exponent(port::Mpi& x, Random& random) const;  // 1 .. q - 1
  std::size_t octets() const { return mbedtls_mpi_size(p.get()); }
};

}  // namespace longwire::crypto
