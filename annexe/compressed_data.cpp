#include "annexe/compressed_data.hpp"

#include "annexe/inflate.hpp"
#include "base/ber.hpp"

#include <limits>
#include <optional>

namespace longwire::annexe {

namespace {

using ber::context_tag;

constexpr int zlib_compress = 0;  // RFC 8494 3.2, AlgorithmID-ShortForm
// The CMS name of zlib (RFC 3274), taken where a peer writes the OID form; never sent.
constexpr std::string_view zlib_oid = "1.2.840.113549.1.9.16.3.8";

// CHOICE { shortForm [0] INTEGER, oid [1] OBJECT IDENTIFIER } in either tag style.
struct Identifier {
  TagStyle style = TagStyle::implicit_tags;
  std::optional<std::int64_t> number;
  std::string oid;
};

Result<Identifier> read_identifier(const ber::Document& doc, std::size_t index) {
  const auto& node = doc[index];
  Identifier out;
  if (node.tag.cls != ber::TagClass::context || node.tag.number > 1)
    return error("bad_tag", node.offset, "expected [0] short form or [1] object identifier");
  auto value = index;
  if (node.tag.constructed) {  // the explicit style wraps the universal type
    out.style = TagStyle::explicit_tags;
    const auto inner = doc.children(index);
    const auto expected = node.tag.number == 0 ? ber::integer_tag : ber::oid_tag;
    if (inner.size() != 1 || doc[inner[0]].tag != expected)
      return error("bad_tag", node.offset, "an explicit tag holds one INTEGER or OBJECT IDENTIFIER");
    value = inner[0];
  }
  if (node.tag.number == 0) {
    const auto number = doc.integer(value);
    if (!number) return number.error();
    out.number = *number;
  } else {
    auto oid = doc.oid(value);
    if (!oid) return oid.error();
    out.oid = *std::move(oid);
  }
  return out;
}

// The children of a SEQUENCE of exactly two elements.
Result<std::vector<std::size_t>> read_pair(const ber::Document& doc, std::size_t index) {
  const auto& node = doc[index];
  if (node.tag != ber::sequence_tag) return error("bad_tag", node.offset, "expected a SEQUENCE");
  auto parts = doc.children(index);
  if (parts.size() < 2) return error("truncated", node.content + node.length, "the SEQUENCE lacks an element");
  if (parts.size() > 2) return error("trailing_octets", doc[parts[2]].offset, "the SEQUENCE has one element too many");
  return parts;
}

enum class Algorithm : std::uint8_t { zlib, dictionary };

Result<Algorithm> algorithm_of(const Identifier& algorithm, std::size_t offset) {
  if (algorithm.number == algorithm_dictionary) return Algorithm::dictionary;
  if (algorithm.number ? *algorithm.number == zlib_compress : algorithm.oid == zlib_oid) return Algorithm::zlib;
  return error("unknown_algorithm", offset,
               "compression algorithm " + (algorithm.number ? std::to_string(*algorithm.number) : algorithm.oid));
}

std::optional<Error> take_content_type(const Identifier& type, std::size_t offset, CompressedData& out) {
  if (!type.number) {
    out.content_type = -1;
    out.content_type_oid = type.oid;
    return std::nullopt;
  }
  if (*type.number < 0 || *type.number > std::numeric_limits<int>::max())
    return error("bad_content_type", offset, "content type " + std::to_string(*type.number));
  out.content_type = static_cast<int>(*type.number);
  return std::nullopt;
}

Result<Bytes> expand(ByteView packed, std::size_t most, std::span<const Dictionary> dictionaries, CompressedData& out) {
  const auto named = Dictionary::named_in(packed);
  if (!named) return error("truncated", packed.size(), "no dictionary id and check");
  // Half an id is on the wire; two dictionaries that share it are told apart by the check.
  Error e = error(unknown_dictionary, 0, "dictionary ...." + to_hex_id(*named).substr(4) + " is not held here");
  for (const auto& d : dictionaries) {
    if (d.short_id() != *named) continue;
    auto content = d.expand(packed, most);
    if (content) {
      out.dictionary = d.id();
      return content;
    }
    e = content.error();
  }
  return e;
}

std::optional<Error> inflate_content(const ber::Document& doc, std::size_t index, std::size_t most, Algorithm algorithm,
                                     std::span<const Dictionary> dictionaries, CompressedData& out) {
  const auto& wrapper = doc[index];
  const auto inner = doc.children(index);
  if (wrapper.tag != context_tag(0, true))
    return error("bad_tag", wrapper.offset, "expected [0] EXPLICIT OCTET STRING");
  if (inner.empty()) return error("truncated", wrapper.content, "no OCTET STRING");
  const auto& string = doc[inner[0]];
  if (string.tag.cls != ber::TagClass::universal || string.tag.number != ber::octet_string_tag.number)
    return error("bad_tag", string.offset, "expected an OCTET STRING");
  if (inner.size() > 1) return error("trailing_octets", doc[inner[1]].offset, "octets behind the OCTET STRING");
  Bytes joined;
  auto compressed = doc.content(inner[0]);
  if (string.tag.constructed) {
    auto segments = doc.octet_string(inner[0]);
    if (!segments) return segments.error();
    joined = *std::move(segments);
    compressed = joined;
  }
  out.compressed_octets = compressed.size();
  auto content =
      algorithm == Algorithm::zlib ? inflate_zlib(compressed, most) : expand(compressed, most, dictionaries, out);
  if (!content) {
    // Exact for the usual primitive string; in segments it is the start of the string plus the octets used.
    auto e = content.error();
    e.offset += string.content;
    return e;
  }
  out.content = *std::move(content);
  return std::nullopt;
}

}  // namespace

Result<CompressedData> decode_compressed_data(ByteView in, std::size_t most, std::span<const Dictionary> dictionaries) {
  const auto doc = ber::Document::read(in);
  if (!doc) return doc.error();
  if (doc->octets() != in.size()) return error("trailing_octets", doc->octets(), "octets behind the CompressedData");
  const auto outer = read_pair(*doc, 0);
  if (!outer) return outer.error();
  const auto algorithm = read_identifier(*doc, outer->at(0));
  if (!algorithm) return algorithm.error();
  const auto method = algorithm_of(*algorithm, (*doc)[outer->at(0)].offset);
  if (!method) return method.error();
  const auto info = read_pair(*doc, outer->at(1));
  if (!info) return info.error();
  const auto type = read_identifier(*doc, info->at(0));
  if (!type) return type.error();
  // One module header governs both fields, so a mixture is neither style.
  if (type->style != algorithm->style)
    return error("bad_tag", (*doc)[info->at(0)].offset, "implicit and explicit tags in one CompressedData");
  CompressedData out;
  out.tags = algorithm->style;
  if (auto e = take_content_type(*type, (*doc)[info->at(0)].offset, out)) return *std::move(e);
  if (auto e = inflate_content(*doc, info->at(1), most, *method, dictionaries, out)) return *std::move(e);
  return out;
}

std::optional<std::uint16_t> dictionary_named_in(ByteView in) {
  const auto doc = ber::Document::read(in);
  if (!doc) return std::nullopt;
  const auto outer = read_pair(*doc, 0);
  if (!outer) return std::nullopt;
  const auto algorithm = read_identifier(*doc, outer->at(0));
  if (!algorithm || algorithm->number != algorithm_dictionary) return std::nullopt;
  const auto info = read_pair(*doc, outer->at(1));
  if (!info) return std::nullopt;
  const auto inner = doc->children(info->at(1));
  if (inner.size() != 1) return std::nullopt;
  const auto stream = doc->octet_string(inner[0]);
  return stream ? Dictionary::named_in(*stream) : std::nullopt;
}

Bytes encode_compressed_data(int content_type, ByteView content, TagStyle tags,
                             std::span<const Dictionary> dictionaries) {
  return pack_compressed_data(content_type, content, tags, dictionaries).octets;
}

PackedData pack_compressed_data(int content_type, ByteView content, TagStyle tags,
                                std::span<const Dictionary> dictionaries) {
  auto stream = deflate_zlib(content);
  int algorithm = zlib_compress;
  std::optional<std::uint32_t> used;
  for (const auto& d : dictionaries) {
    auto packed = d.compress(content);
    if (packed.size() >= stream.size()) continue;
    stream = std::move(packed);
    algorithm = algorithm_dictionary;
    used = d.id();
  }
  ber::Writer out;
  const auto short_form = [&out, tags](int value) {
    switch (tags) {
      case TagStyle::implicit_tags:
        out.integer(context_tag(0, false), value);
        return;
      case TagStyle::explicit_tags:
        out.begin(context_tag(0, true));
        out.integer(ber::integer_tag, value);
        out.end();
        return;
    }
  };
  out.begin(ber::sequence_tag);
  short_form(algorithm);
  out.begin(ber::sequence_tag);
  short_form(content_type);
  out.begin(context_tag(0, true));
  out.primitive(ber::octet_string_tag, stream);
  out.end();
  out.end();
  out.end();
  return {out.finish(), used};
}

}  // namespace longwire::annexe
