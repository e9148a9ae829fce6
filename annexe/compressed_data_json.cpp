#include "annexe/compressed_data_json.hpp"

#include "base/text.hpp"
#include "mail/mule_json.hpp"

#include <boost/json/value.hpp>

namespace longwire::annexe {

namespace json = boost::json;

namespace {

constexpr std::uint8_t sequence_octet = 0x30;

const char* name(TagStyle style) {
  switch (style) {
    case TagStyle::implicit_tags:
      return "implicit";
    case TagStyle::explicit_tags:
      return "explicit";
  }
  return "";
}

}  // namespace

json::object to_json(const CompressedData& decoded) {
  json::object out{{"tags", name(decoded.tags)}, {"algorithm", decoded.dictionary ? "dictionary" : "zlib"}};
  if (decoded.dictionary) out["dictionary"] = to_hex_id(*decoded.dictionary);
  if (decoded.content_type >= 0) out["content_type"] = decoded.content_type;
  else out["content_type"] = decoded.content_type_oid;
  out["compressed_octets"] = decoded.compressed_octets;
  out["content_octets"] = decoded.content.size();
  out["content"] = to_hex(decoded.content);
  return out;
}

Result<Bytes> mule_payload_of(ByteView in) {
  if (in.empty() || in[0] != sequence_octet) return Bytes(in.begin(), in.end());
  auto decoded = decode_compressed_data(in);
  if (!decoded) return decoded.error();
  if (decoded->content_type != content_type_mule)
    return error("not_mule", 0, "the content type of this CompressedData is not 25");
  return std::move(decoded->content);
}

std::optional<std::string> mule_text_of(ByteView data) {
  if (data.empty() || data[0] != sequence_octet) return std::nullopt;
  const auto payload = mule_payload_of(data);
  if (!payload || !is_utf8(as_text(*payload))) return std::nullopt;
  return std::string(as_text(*payload));
}

}  // namespace longwire::annexe
