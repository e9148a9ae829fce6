#include "crypto/cms/content_info.hpp"

#include "crypto/cms/sequence.hpp"
#include "crypto/oids.hpp"

#include <algorithm>

namespace longwire::crypto::cms {

namespace {

Result<ContentInfo> read_content_info(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  ContentInfo out;
  in.required(ber::oid_tag, "contentType", read_oid, out.type);
  in.required(ber::context_tag(0, true), "content", ber::inside(read_raw), out.content);
  return in.finish(std::move(out));
}

}  // namespace

Result<ContentInfo> decode_content_info(ByteView ber) {
  if (ber.size() > limits::cms_octets) return error("too_large", 0, "a CMS object beyond the limit");
  return read_value(ber, ber::sequence_tag, read_content_info);
}

Bytes encode_content_info(std::string_view type, ByteView content) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, type);
  out.begin(ber::context_tag(0, true));
  out.raw(content);
  out.end();
  out.end();
  return out.finish();
}

Result<ContentInfo> decode_layer(std::string_view content_type, ByteView octets) {
  if (content_type == oid::content_info) return decode_content_info(octets);
  const auto doc = read_whole(octets);
  if (!doc) return doc.error();
  const auto& top = (*doc)[0];
  if (top.tag != ber::sequence_tag || top.next < 2) return error("bad_cms", 0, "a layer that is no SEQUENCE");
  // RFC 3854 2.4 and 3 loosely call a ContentInfo "the CMS object": tell the two apart by the first member.
  if ((*doc)[1].tag != ber::oid_tag) return ContentInfo{std::string(content_type), {octets.begin(), octets.end()}};
  auto info = decode_content_info(octets);
  if (info && info->type != content_type) return error("bad_cms", 0, "a ContentInfo of another type than its layer");
  return info;
}

void put_set(ber::Writer& out, ber::Tag tag, std::vector<Bytes> elements) {
  std::sort(elements.begin(), elements.end());
  out.begin(tag);
  for (const auto& element : elements) out.raw(element);
  out.end();
}

}  // namespace longwire::crypto::cms
