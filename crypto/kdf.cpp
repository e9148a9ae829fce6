#include "crypto/kdf.hpp"

#include "base/ber_reader.hpp"
#include "crypto/mbedtls_port.hpp"

#include <mbedtls/hkdf.h>

#include <algorithm>

namespace longwire::crypto {

namespace {

Bytes four_octets(std::uint32_t value) {
  ByteWriter out;
  out.u32(value);
  return out.finish();
}

void put_explicit_octets(ber::Writer& out, std::uint32_t tag, ByteView octets) {
  out.begin(ber::context_tag(tag, true));
  out.primitive(ber::octet_string_tag, octets);
  out.end();
}

std::uint32_t bits_of(std::size_t octets) { return static_cast<std::uint32_t>(octets * 8); }

// RFC 2631 2.1.2
Bytes other_info(std::string_view wrap_oid, std::uint32_t counter, std::optional<ByteView> ukm, std::size_t octets) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, wrap_oid);
  out.primitive(ber::octet_string_tag, four_octets(counter));
  out.end();
  if (ukm) put_explicit_octets(out, 0, *ukm);
  put_explicit_octets(out, 2, four_octets(bits_of(octets)));
  out.end();
  return out.finish();
}

// block(counter) gives one digest; as many as are needed, from 1.
template <class Block>
Secret blocks(std::size_t octets, Block block) {
  Secret out(octets);
  auto rest = out.writable();
  for (std::uint32_t counter = 1; !rest.empty(); ++counter) {
    const Secret part(block(counter));
    const auto count = std::min(part.size(), rest.size());
    std::copy_n(part.view().begin(), count, rest.begin());
    rest = rest.subspan(count);
  }
  return out;
}

}  // namespace

Bytes ecc_cms_shared_info(ByteView wrap_algorithm, std::optional<ByteView> ukm, std::size_t kek_octets) {
  ber::Writer out;  // RFC 5753 7.2
  out.begin(ber::sequence_tag);
  out.raw(wrap_algorithm);
  if (ukm) put_explicit_octets(out, 0, *ukm);
  put_explicit_octets(out, 2, four_octets(bits_of(kek_octets)));
  out.end();
  return out.finish();
}

Secret x963_kdf(Digest digest, ByteView z, ByteView shared_info, std::size_t octets) {
  return blocks(octets, [&](std::uint32_t counter) {
    return Hasher(digest).add(z).add(four_octets(counter)).add(shared_info).finish();
  });
}

Secret x942_kdf(ByteView zz, std::string_view wrap_oid, std::optional<ByteView> ukm, std::size_t octets) {
  return blocks(octets, [&](std::uint32_t counter) {
    return Hasher(Digest::sha1).add(zz).add(other_info(wrap_oid, counter, ukm, octets)).finish();
  });
}

Secret hkdf(Digest digest, ByteView salt, ByteView z, ByteView info, std::size_t octets) {
  Secret out(octets);
  port::must(mbedtls_hkdf(port::md_info(digest), salt.empty() ? nullptr : salt.data(), salt.size(), z.data(), z.size(),
                          info.data(), info.size(), out.writable().data(), octets));
  return out;
}

}  // namespace longwire::crypto
