#include "crypto/dh_group.hpp"

#include "base/ber.hpp"
#include "base/limits.hpp"
#include "crypto/big_integer.hpp"

#include <array>

namespace longwire::crypto {

namespace {

constexpr std::size_t blinding_octets = 8;

bool is_in_range(const port::Mpi& value, const port::Mpi& p) {  // 2 .. p - 2
  port::Mpi last;
  port::must(mbedtls_mpi_sub_int(last.get(), p.get(), 2));
  return mbedtls_mpi_cmp_int(value.get(), 2) >= 0 && mbedtls_mpi_cmp_mpi(value.get(), last.get()) <= 0;
}

}  // namespace

std::optional<Error> DhGroup::read(ByteView der) {
  auto doc = ber::Document::read(der);
  if (!doc) return doc.error();
  const auto bad = [](const char* why) { return error("bad_key", 0, why); };
  const auto children = doc->children(0);
  if ((*doc)[0].tag != ber::sequence_tag || children.size() < 3) return bad("Diffie-Hellman parameters are p, g, q");
  if (!load_integer(*doc, children[0], p) || !load_integer(*doc, children[1], g) || !load_integer(*doc, children[2], q))
    return bad("Diffie-Hellman parameters are p, g, q");
  const auto p_bits = mbedtls_mpi_bitlen(p.get());
  const auto q_bits = mbedtls_mpi_bitlen(q.get());
  if (p_bits < limits::dh_least_bits || p_bits > limits::dh_bits || q_bits < limits::dh_least_subgroup_bits)
    return bad("a Diffie-Hellman group that is too small or too large");
  if (mbedtls_mpi_get_bit(p.get(), 0) == 0 || mbedtls_mpi_get_bit(q.get(), 0) == 0 || q_bits >= p_bits)
    return bad("Diffie-Hellman moduli that are no primes");
  if (!contains(g)) return bad("a Diffie-Hellman generator of another order");
  const auto encoding = doc->encoding(0);
  parameters.assign(encoding.begin(), encoding.end());
  return std::nullopt;
}

bool DhGroup::contains(const port::Mpi& y) const {
  if (!is_in_range(y, p)) return false;
  port::Mpi one;
  power(one, y, q);
  return mbedtls_mpi_cmp_int(one.get(), 1) == 0;
}

void DhGroup::power(port::Mpi& result, const port::Mpi& base, const port::Mpi& exponent) const {
  port::must(mbedtls_mpi_exp_mod(result.get(), base.get(), exponent.get(), p.get(), nullptr));
}

void DhGroup::secret_power(port::Mpi& result, const port::Mpi& base, const port::Mpi& exponent, Random& random) const {
  port::Mpi blinded;
  port::must(mbedtls_mpi_fill_random(blinded.get(), blinding_octets, port::fill_random, &random));
  port::must(mbedtls_mpi_mul_mpi(blinded.get(), blinded.get(), q.get()));
  port::must(mbedtls_mpi_add_mpi(blinded.get(), blinded.get(), exponent.get()));
  power(result, base, blinded);
}

void DhGroup::fresh_exponent(port::Mpi& x, Random& random) const {
  // 64 bits more than needed make the remainder even enough (SP 800-56A 5.6.1.1.3).
  port::Mpi wide, most;
  port::must(mbedtls_mpi_fill_random(wide.get(), mbedtls_mpi_size(q.get()) + 8, port::fill_random, &random));
  port::must(mbedtls_mpi_sub_int(most.get(), q.get(), 1));
  port::must(mbedtls_mpi_mod_mpi(x.get(), wide.get(), most.get()));
  port::must(mbedtls_mpi_add_int(x.get(), x.get(), 1));
}

}  // namespace longwire::crypto
