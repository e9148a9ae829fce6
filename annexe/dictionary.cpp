#include "annexe/dictionary.hpp"

#include <zdict.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <new>
#include <numeric>

namespace longwire::annexe {

namespace {

constexpr std::array<std::uint8_t, 4> frame_magic{0x28, 0xB5, 0x2F, 0xFD};  // RFC 8878 3.1.1
constexpr std::array<std::uint8_t, 4> file_magic{0x37, 0xA4, 0x30, 0xEC};   // RFC 8878 5
constexpr std::size_t header_octets = 6;                                    // short id and check
constexpr int level = 22;                                                   // a second of CPU is cheaper than air
constexpr std::size_t least_samples = 8;                                    // below, training finds nothing common
constexpr std::size_t least_dictionary = 1024;
constexpr int least_window_log = 10;  // RFC 8878 3.1.1.1.2
constexpr int window_log_most = 27;   // what a decoder takes without being told: 128 MiB

struct FreeCCtx {
  void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
};
struct FreeDCtx {
  void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};

bool starts_with(ByteView octets, const std::array<std::uint8_t, 4>& magic) {
  return octets.size() >= magic.size() && std::equal(magic.begin(), magic.end(), octets.begin());
}

void put_u32(Bytes& out, std::uint32_t v) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(v >> shift));
}

// zlib counts in unsigned int; messages and dictionaries are far below that.
std::uint32_t crc(std::uint32_t seed, ByteView octets) {
  if (octets.empty()) return seed;  // given a null pointer, crc32 starts anew
  return static_cast<std::uint32_t>(::crc32(seed, octets.data(), static_cast<uInt>(octets.size())));
}

// zstd itself sets the window by the size of the source alone, and what lies outside of the window cannot be
// referred to: the better part of a dictionary would be lost on a short message.
int window_log(std::size_t octets) {
  return std::clamp(static_cast<int>(std::bit_width(octets)), least_window_log, window_log_most);
}

}  // namespace

Dictionary::Dictionary(Bytes file) : file_(std::make_shared<const Bytes>(std::move(file))), id_(crc(0, *file_)) {}

Result<Dictionary> Dictionary::read(ByteView file) {
  if (file.size() > limits::dictionary_octets)
    return error("too_large", limits::dictionary_octets, "a dictionary has at most 1 MiB");
  // zstd takes any octets as a dictionary: a wrong file would go unnoticed.
  if (!starts_with(file, file_magic)) return error("not_a_dictionary", 0, "no dictionary in the format of zstd");
  Dictionary out(Bytes(file.begin(), file.end()));
  const std::unique_ptr<ZSTD_DCtx, FreeDCtx> context(ZSTD_createDCtx());
  if (!context) throw std::bad_alloc();
  if (ZSTD_isError(ZSTD_DCtx_loadDictionary(context.get(), file.data(), file.size())))
    return error("not_a_dictionary", file_magic.size(), "the tables of the dictionary are damaged");
  return out;
}

Result<Dictionary> Dictionary::train(const std::vector<Bytes>& samples, std::size_t octets) {
  if (octets < least_dictionary || octets > limits::dictionary_octets)
    return error("bad_size", 0, "a dictionary has 1 KiB to 1 MiB");
  if (samples.size() < least_samples) return error("too_few_samples", 0, "at least 8 messages are needed");
  Bytes joined;
  std::vector<std::size_t> sizes;
  for (const auto& s : samples) {
    joined.insert(joined.end(), s.begin(), s.end());
    sizes.push_back(s.size());
  }
  const auto count = static_cast<unsigned>(sizes.size());
  Bytes found(octets);
  const auto size = ZDICT_trainFromBuffer(found.data(), found.size(), joined.data(), sizes.data(), count);
  if (ZDICT_isError(size)) return error("too_few_samples", 0, ZDICT_getErrorName(size));
  // The trainer makes its tables for a fast level; ours are for the one we use.
  const auto header = ZDICT_getDictHeaderSize(found.data(), size);
  if (ZDICT_isError(header)) return error("too_few_samples", 0, ZDICT_getErrorName(header));
  ZDICT_params_t parameters{};
  parameters.compressionLevel = level;
  parameters.dictID = ZDICT_getDictID(found.data(), size);
  Bytes out(octets);
  const auto final_size = ZDICT_finalizeDictionary(out.data(), out.size(), found.data() + header, size - header,
                                                   joined.data(), sizes.data(), count, parameters);
  if (ZDICT_isError(final_size)) return error("too_few_samples", 0, ZDICT_getErrorName(final_size));
  out.resize(final_size);
  return Dictionary(std::move(out));
}

std::uint32_t Dictionary::check(ByteView content) const {
  Bytes id;
  put_u32(id, id_);
  return crc(crc(0, id), content);
}

Bytes Dictionary::compress(ByteView content) const {
  const std::unique_ptr<ZSTD_CCtx, FreeCCtx> context(ZSTD_createCCtx());
  if (!context) throw std::bad_alloc();
  const auto set = [&context](ZSTD_cParameter name, int value) {
    if (ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), name, value))) throw std::bad_alloc();
  };
  set(ZSTD_c_compressionLevel, level);
  set(ZSTD_c_windowLog, window_log(file_->size() + content.size()));
  // All three are known without being sent: the end of the data, the dictionary, and our own check.
  set(ZSTD_c_contentSizeFlag, 0);
  set(ZSTD_c_checksumFlag, 0);
  set(ZSTD_c_dictIDFlag, 0);
  if (ZSTD_isError(ZSTD_CCtx_loadDictionary(context.get(), file_->data(), file_->size()))) throw std::bad_alloc();
  Bytes frame(ZSTD_compressBound(content.size()));
  const auto size = ZSTD_compress2(context.get(), frame.data(), frame.size(), content.data(), content.size());
  if (ZSTD_isError(size)) throw std::bad_alloc();
  Bytes out{static_cast<std::uint8_t>(short_id() >> 8), static_cast<std::uint8_t>(short_id())};
  put_u32(out, check(content));
  out.insert(out.end(), frame.begin() + frame_magic.size(), frame.begin() + static_cast<std::ptrdiff_t>(size));
  return out;
}

std::optional<std::uint16_t> Dictionary::named_in(ByteView packed) {
  if (packed.size() < header_octets) return std::nullopt;
  return static_cast<std::uint16_t>(packed[0] << 8 | packed[1]);
}

Result<Bytes> Dictionary::expand(ByteView packed, std::size_t most) const {
  ByteReader in(packed);
  const auto named = in.u16();
  const auto sum = in.u32();
  if (in.failed()) return error("truncated", packed.size(), "no dictionary id and check");
  if (named != short_id()) return error("unknown_dictionary", 0, "made with another dictionary");
  const std::unique_ptr<ZSTD_DCtx, FreeDCtx> context(ZSTD_createDCtx());
  if (!context || ZSTD_isError(ZSTD_DCtx_loadDictionary(context.get(), file_->data(), file_->size())))
    throw std::bad_alloc();
  // Bounds what a frame may ask of the decoder, whatever it says.
  (void)ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, window_log(file_->size() + most));
  Bytes frame(frame_magic.begin(), frame_magic.end());
  frame.insert(frame.end(), packed.begin() + header_octets, packed.end());
  Bytes out;
  ZSTD_inBuffer from{frame.data(), frame.size(), 0};
  Bytes block(ZSTD_DStreamOutSize());
  for (std::size_t hint = 1; hint != 0;) {
    ZSTD_outBuffer to{block.data(), block.size(), 0};
    const auto before = from.pos;
    hint = ZSTD_decompressStream(context.get(), &to, &from);
    if (ZSTD_isError(hint)) return error("bad_zstd", header_octets, ZSTD_getErrorName(hint));
    if (to.pos > most - out.size()) return error("too_large", header_octets, "expands to more octets than taken");
    out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(to.pos));
    if (hint != 0 && to.pos == 0 && from.pos == before)
      return error("bad_zstd", packed.size(), "the zstd frame has no end");
  }
  if (from.pos != frame.size())
    return error("bad_zstd", from.pos - frame_magic.size() + header_octets, "octets behind the frame");
  if (check(out) != sum) return error("bad_checksum", 2, "content or dictionary are not what the sender had");
  return out;
}

std::string to_hex_id(std::uint32_t id) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (int shift = 28; shift >= 0; shift -= 4) out += digits[id >> shift & 15];
  return out;
}

}  // namespace longwire::annexe
