#include "crypto/smime/compressed_data.hpp"

#include "base/ber_fields.hpp"
#include "base/limits.hpp"

namespace longwire::crypto::smime {

namespace {

constexpr std::string_view zlib_oid = "1.2.840.113549.1.9.16.3.8";  // id-alg-zlibCompress (RFC 3274 2)

}  // namespace

Bytes encode_compressed_data(std::string_view content_type, ByteView content, const Compressor& compressor) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.integer(ber::integer_tag, 0);
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, zlib_oid);  // parameters SHOULD be left out
  out.end();
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, content_type);
  out.begin(ber::context_tag(0, true));
  out.primitive(ber::octet_string_tag, compressor.deflate(content));
  out.end();
  out.end();
  out.end();
  return out.finish();
}

Result<Inflated> decode_compressed_data(ByteView ber, const Compressor& compressor) {
  const auto doc = ber::Document::read(ber);
  if (!doc) return doc.error();
  if (doc->octets() != ber.size()) return error("trailing_octets", doc->octets(), "octets behind the structure");
  const auto members = doc->children(0);
  const bool shaped = (*doc)[0].tag == ber::sequence_tag && members.size() == 3 &&
                      (*doc)[members[0]].tag == ber::integer_tag && (*doc)[members[1]].tag == ber::sequence_tag &&
                      (*doc)[members[2]].tag == ber::sequence_tag && members[1] + 1 < (*doc)[members[1]].next;
  if (!shaped) return error("bad_cms", 0, "no CompressedData");
  const auto algorithm = doc->oid(members[1] + 1);
  if (!algorithm) return algorithm.error();
  if (*algorithm != zlib_oid) return error("unsupported_algorithm", (*doc)[members[1]].offset, *algorithm);
  const auto inner = doc->children(members[2]);
  if (inner.size() != 2 || (*doc)[inner[1]].tag != ber::context_tag(0, true))
    return error("bad_cms", (*doc)[members[2]].offset, "no content in a CompressedData");
  const auto type = doc->oid(inner[0]);
  if (!type) return type.error();
  const auto holder = ber::only_child(*doc, inner[1]);
  if (!holder) return holder.error();
  const auto stream = doc->octet_string(*holder);
  if (!stream) return stream.error();
  auto content = compressor.inflate(*stream, limits::inflated_octets);
  if (!content) return content.error();
  return Inflated{*type, *std::move(content)};
}

}  // namespace longwire::crypto::smime
