#include "annexe/inflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace longwire::annexe {

namespace {

constexpr std::size_t block_octets = 64 * 1024;

// Closes the stream on every way out.
struct Inflater {
  z_stream z{};
  bool ready = false;
  Inflater() { ready = ::inflateInit(&z) == Z_OK; }
  ~Inflater() {
    if (ready) ::inflateEnd(&z);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

// zlib counts in unsigned int; feed at most so much at once.
uInt chunk(std::size_t octets) {
  return static_cast<uInt>(std::min<std::size_t>(octets, std::numeric_limits<uInt>::max()));
}

// Inflates block by block into `take`; the number of octets, once the whole stream has proved right.
template <class Take>
Result<std::size_t> run(ByteView in, std::size_t most, Take take) {
  Inflater stream;
  if (!stream.ready) throw std::bad_alloc();
  auto& z = stream.z;
  std::array<std::uint8_t, block_octets> block;
  std::size_t total = 0;
  std::size_t fed = 0;
  while (true) {
    if (z.avail_in == 0 && fed < in.size()) {
      // zlib's interface has no const; it does not write to its input.
      z.next_in = const_cast<Bytef*>(in.data() + fed);
      z.avail_in = chunk(in.size() - fed);
      fed += z.avail_in;
    }
    z.next_out = block.data();
    z.avail_out = static_cast<uInt>(block.size());
    const int status = ::inflate(&z, Z_NO_FLUSH);
    const auto got = block.size() - z.avail_out;
    const auto used = fed - z.avail_in;
    if (got > most - total) return error("too_large", used, "inflates to more octets than taken");
    take(ByteView(block).first(got));
    total += got;
    if (status == Z_STREAM_END) {
      if (used != in.size()) return error("trailing_zlib", used, "octets behind the zlib stream");
      return total;
    }
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    // Z_NEED_DICT too: neither STANAG 4406 nor RFC 8494 knows a preset dictionary.
    if (status != Z_OK && status != Z_BUF_ERROR)
      return error("bad_zlib", used, z.msg != nullptr ? z.msg : "no zlib stream");
    if (got == 0 && used == in.size()) return error("truncated_zlib", used, "the zlib stream has no end");
  }
}

}  // namespace

// Two passes: the first only counts and checks, so that a bomb or a broken stream costs one block of memory, and
// what is right is held once and never moved while it grows.
Result<Bytes> inflate_zlib(ByteView in, std::size_t most) {
  const auto size = run(in, most, [](ByteView) {});
  if (!size) return size.error();
  Bytes out;
  out.reserve(*size);
  (void)run(in, most, [&out](ByteView part) { out.insert(out.end(), part.begin(), part.end()); });
  return out;
}

Bytes deflate_zlib(ByteView in) {
  z_stream z{};
  if (::deflateInit(&z, Z_BEST_COMPRESSION) != Z_OK) throw std::bad_alloc();
  Bytes out(::deflateBound(&z, in.size()));
  std::size_t fed = 0;
  std::size_t written = 0;
  int status = Z_OK;
  while (status == Z_OK || status == Z_BUF_ERROR) {
    z.next_in = const_cast<Bytef*>(in.data() + fed);
    z.avail_in = chunk(in.size() - fed);
    z.next_out = out.data() + written;
    z.avail_out = chunk(out.size() - written);
    const auto offered_in = z.avail_in;
    const auto offered_out = z.avail_out;
    status = ::deflate(&z, fed + offered_in == in.size() ? Z_FINISH : Z_NO_FLUSH);
    fed += offered_in - z.avail_in;
    written += offered_out - z.avail_out;
  }
  ::deflateEnd(&z);
  out.resize(written);
  return out;
}

}  // namespace longwire::annexe
