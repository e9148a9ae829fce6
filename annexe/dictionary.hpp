// Dictionaries: zstd with a dictionary that both ends hold, in place of zlib, between peers that agreed on it.
// Short messages of one fleet resemble each other; a dictionary made of old ones halves them (docs/compression.md).
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace longwire::annexe {

// A dictionary in the file format of zstd (`longwire dict train`, `zstd --train`). Immutable; copies share it.
class Dictionary {
 public:
  // Errors: not_a_dictionary, too_large (limits::dictionary_octets).
  static Result<Dictionary> read(ByteView file);
  // octets: 1024 .. limits::dictionary_octets; a shorter one may come out of few samples. The same samples in the same
  // order give the same dictionary. Errors: too_few_samples, bad_size.
  static Result<Dictionary> train(const std::vector<Bytes>& samples, std::size_t octets);

  ByteView file() const { return *file_; }
  // Of the whole file, so that two trainings, or a damaged copy, are never taken for each other.
  std::uint32_t id() const { return id_; }

  // [2 octets: low half of id()] [4: CRC-32 over id() and content] [zstd frame without its magic number].
  Bytes compress(ByteView content) const;
  // `packed` as compress() writes it. Allocates at most `most` octets and little more. Errors: truncated,
  // unknown_dictionary (another one was used), bad_zstd, bad_checksum, too_large; offset in `packed`.
  Result<Bytes> expand(ByteView packed, std::size_t most) const;
  // Which dictionary a packed content names. nullopt: shorter than that.
  static std::optional<std::uint16_t> named_in(ByteView packed);
  std::uint16_t short_id() const { return static_cast<std::uint16_t>(id_); }

 private:
  explicit Dictionary(Bytes file);
  std::uint32_t check(ByteView content) const;

  std::shared_ptr<const Bytes> file_;
  std::uint32_t id_ = 0;
};

using Dictionaries = std::vector<Dictionary>;

std::string to_hex_id(std::uint32_t id);  // "1f00a2c4", as `longwire dict show` prints it

}  // namespace longwire::annexe
