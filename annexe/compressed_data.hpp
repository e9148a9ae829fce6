// CompressedData of STANAG 4406 Annex E, as RFC 8494 3.2 repeats it: zlib inside BER.
#pragma once

#include "annexe/dictionary.hpp"
#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace longwire::annexe {

// Two tag styles are in use for the short forms (acp142.md 9.4). Both are read.
enum class TagStyle : std::uint8_t { implicit_tags, explicit_tags };

inline constexpr int content_type_p1 = 2;
inline constexpr int content_type_mule = 25;

// Algorithm in short form for a stream of annexe/dictionary.hpp. Ours, between peers that agreed on it: the standard
// knows 0 (zlib) only, and other nodes refuse it by name.
inline constexpr int algorithm_dictionary = 100;
// Content type of notices between nodes of ours (docs/compression.md).
inline constexpr int content_type_notice = 100;

inline constexpr std::string_view unknown_dictionary = "unknown_dictionary";  // the error's name

struct CompressedData {
  TagStyle tags = TagStyle::implicit_tags;
  int content_type = content_type_mule;     // short form; -1 when the OID form was used
  std::string content_type_oid;             // dotted, only with the OID form
  Bytes content;                            // inflated
  std::size_t compressed_octets = 0;        // of the stream it came from
  std::optional<std::uint32_t> dictionary;  // its id; unset: zlib
};

// Errors: truncated, bad_tag, bad_length, trailing_octets, too_deep, too_many_elements, unknown_algorithm,
// bad_content_type, bad_zlib (stream or Adler-32 wrong), truncated_zlib, trailing_zlib, too_large; with a
// dictionary also unknown_dictionary, bad_zstd, bad_checksum.
// Any BER length form, indefinite lengths and constructed OCTET STRINGs are read.
// Memory stays within `most` octets of content whatever the input says.
// dictionaries: those this node holds.
Result<CompressedData> decode_compressed_data(ByteView in, std::size_t most = limits::inflated_octets,
                                              std::span<const Dictionary> dictionaries = {});

// The dictionary (half its id) that a CompressedData was made with, held here or not. nullopt: zlib, or no whole one.
std::optional<std::uint16_t> dictionary_named_in(ByteView in);

struct PackedData {
  Bytes octets;                             // the CompressedData
  std::optional<std::uint32_t> dictionary;  // that was used, its id
};
// DER lengths, zlib at the best level, or one of the dictionaries where that is shorter. content_type >= 0.
PackedData pack_compressed_data(int content_type, ByteView content, TagStyle tags,
                                std::span<const Dictionary> dictionaries);
Bytes encode_compressed_data(int content_type, ByteView content, TagStyle tags,
                             std::span<const Dictionary> dictionaries = {});

}  // namespace longwire::annexe
