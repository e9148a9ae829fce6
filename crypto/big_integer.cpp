#include "crypto/big_integer.hpp"

namespace longwire::crypto {

std::optional<ByteView> unsigned_integer(const ber::Document& doc, std::size_t index) {
  if (doc[index].tag != ber::integer_tag) return std::nullopt;
  auto octets = doc.content(index);
  if (octets.empty() || (octets[0] & 0x80) != 0) return std::nullopt;
  while (!octets.empty() && octets[0] == 0) octets = octets.subspan(1);
  return octets;
}

bool load_integer(const ber::Document& doc, std::size_t index, port::Mpi& into) {
  const auto octets = unsigned_integer(doc, index);
  if (!octets || octets->size() > MBEDTLS_MPI_MAX_SIZE) return false;
  load(into, *octets);
  return true;
}

void load(port::Mpi& into, ByteView big_endian) {
  port::must(mbedtls_mpi_read_binary(into.get(), big_endian.data(), big_endian.size()));
}

void put_integer(ber::Writer& out, const port::Mpi& value) {
  // X.690 8.3: a leading zero where the top bit would be taken for a sign
  const auto octets = fixed_width(value, mbedtls_mpi_bitlen(value.get()) / 8 + 1);
  out.primitive(ber::integer_tag, octets.view());
}

Bytes integer_der(const port::Mpi& value) {
  ber::Writer out;
  put_integer(out, value);
  return out.finish();
}

Secret fixed_width(const port::Mpi& value, std::size_t octets) {
  Secret out(octets);
  port::must(mbedtls_mpi_write_binary(value.get(), out.writable().data(), octets));
  return out;
}

}  // namespace longwire::crypto
