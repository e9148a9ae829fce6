#include "crypto/ec_curve.hpp"

#include "crypto/big_integer.hpp"
#include "crypto/constant_time.hpp"

#include <mbedtls/ecdh.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace longwire::crypto::ec {

namespace {

struct Row {
  KeyType type;
  mbedtls_ecp_group_id id;
  std::size_t octets;
  std::string_view oid;
};
constexpr std::array<Row, 4> rows{{
    {KeyType::p256, MBEDTLS_ECP_DP_SECP256R1, 32, "1.2.840.10045.3.1.7"},
    {KeyType::p384, MBEDTLS_ECP_DP_SECP384R1, 48, "1.3.132.0.34"},
    {KeyType::p521, MBEDTLS_ECP_DP_SECP521R1, 66, "1.3.132.0.35"},
    {KeyType::x25519, MBEDTLS_ECP_DP_CURVE25519, 32, {}},
}};
const Row& row(KeyType type) {
  const auto* found = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.type == type; });
  if (found == rows.end()) throw std::logic_error("no curve");
  return *found;
}

// y of y^2 = x^3 - 3x + b (SEC 1 2.3.4): p = 3 mod 4 for all three curves, so the root is a power.
bool root(const port::Group& group, const port::Mpi& x, port::Mpi& y) {
  const auto* p = &group->P;
  port::Mpi square, exponent, check;
  port::must(mbedtls_mpi_mul_mpi(square.get(), x.get(), x.get()));
  port::must(mbedtls_mpi_sub_int(square.get(), square.get(), 3));
  port::must(mbedtls_mpi_mul_mpi(square.get(), square.get(), x.get()));
  port::must(mbedtls_mpi_add_mpi(square.get(), square.get(), &group->B));
  port::must(mbedtls_mpi_mod_mpi(square.get(), square.get(), p));
  port::must(mbedtls_mpi_add_int(exponent.get(), p, 1));
  port::must(mbedtls_mpi_shift_r(exponent.get(), 2));
  port::must(mbedtls_mpi_exp_mod(y.get(), square.get(), exponent.get(), p, nullptr));
  port::must(mbedtls_mpi_mul_mpi(check.get(), y.get(), y.get()));
  port::must(mbedtls_mpi_mod_mpi(check.get(), check.get(), p));
  return mbedtls_mpi_cmp_mpi(check.get(), square.get()) == 0;
}

// 02/03 X as 04 X Y. Empty: no point.
Bytes decompressed(const port::Group& group, KeyType curve, ByteView octets) {
  port::Mpi x, y;
  load(x, octets.subspan(1));
  if (mbedtls_mpi_cmp_mpi(x.get(), &group->P) >= 0 || !root(group, x, y)) return {};
  if (mbedtls_mpi_get_bit(y.get(), 0) != (octets[0] & 1)) port::must(mbedtls_mpi_sub_mpi(y.get(), &group->P, y.get()));
  if (mbedtls_mpi_cmp_mpi(y.get(), &group->P) >= 0) return {};  // y was 0
  Bytes out{4};
  out.insert(out.end(), octets.begin() + 1, octets.end());
  const auto y_octets = fixed_width(y, field_octets(curve));
  out.insert(out.end(), y_octets.view().begin(), y_octets.view().end());
  return out;
}

}  // namespace

std::optional<KeyType> curve_of_oid(std::string_view oid) {
  for (const auto& r : rows)
    if (!r.oid.empty() && r.oid == oid) return r.type;
  return std::nullopt;
}

std::string_view oid_of(KeyType curve) { return row(curve).oid; }
std::size_t field_octets(KeyType curve) { return row(curve).octets; }
void load_group(port::Group& group, KeyType curve) { port::must(mbedtls_ecp_group_load(group.get(), row(curve).id)); }

bool read_point(port::Group& group, KeyType curve, ByteView octets, port::Point& into) {
  const auto width = field_octets(curve);
  Bytes whole;
  if (curve != KeyType::x25519) {
    if (octets.size() == width + 1 && (octets[0] == 2 || octets[0] == 3)) {
      whole = decompressed(group, curve, octets);
      octets = whole;
    }
    if (octets.size() != 2 * width + 1 || octets[0] != 4) return false;
  } else if (octets.size() != width) {
    return false;
  }
  return mbedtls_ecp_point_read_binary(group.get(), into.get(), octets.data(), octets.size()) == 0 &&
         mbedtls_ecp_check_pubkey(group.get(), into.get()) == 0;
}

Bytes write_point(const port::Group& group, const port::Point& point) {
  Bytes out(2 * 66 + 1);
  std::size_t length = 0;
  port::must(mbedtls_ecp_point_write_binary(group.get(), point.get(), MBEDTLS_ECP_PF_UNCOMPRESSED, &length, out.data(),
                                            out.size()));
  out.resize(length);
  return out;
}

bool read_scalar(port::Group& group, KeyType curve, ByteView octets, port::Mpi& into) {
  if (curve == KeyType::x25519) {
    if (octets.size() != 32) return false;
    Secret clamped(Bytes(octets.begin(), octets.end()));
    const auto out = clamped.writable();
    out[0] &= 0xF8;
    out[31] = static_cast<std::uint8_t>((out[31] & 0x7F) | 0x40);
    port::must(mbedtls_mpi_read_binary_le(into.get(), out.data(), out.size()));
  } else {
    if (octets.size() > field_octets(curve) + 1) return false;
    load(into, octets);
  }
  return mbedtls_ecp_check_privkey(group.get(), into.get()) == 0;
}

std::optional<Secret> shared_x(port::Group& group, KeyType curve, const port::Mpi& d, const port::Point& point,
                               Random& random) {
  port::Mpi z;
  if (mbedtls_ecdh_compute_shared(group.get(), z.get(), point.get(), d.get(), port::fill_random, &random) != 0)
    return std::nullopt;
  const auto width = field_octets(curve);
  if (curve != KeyType::x25519) return fixed_width(z, width);
  Secret out(width);
  port::must(mbedtls_mpi_write_binary_le(z.get(), out.writable().data(), width));
  if (equal_in_constant_time(out.view(), Bytes(width, 0))) return std::nullopt;
  return out;
}

}  // namespace longwire::crypto::ec
