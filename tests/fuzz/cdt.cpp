// CompressedData: an input is refused by name or stays within the bound and survives a round trip. The second
// entry is below zlib's header and Adler-32, which mutations hardly ever pass.
#include "annexe/compressed_data.hpp"
#include "annexe/compressed_data_json.hpp"
#include "base/ber.hpp"

#include <cstdlib>

namespace {

using namespace longwire;

constexpr std::size_t most = 1 << 20;

void check(ByteView in) {
  const auto decoded = annexe::decode_compressed_data(in, most);
  if (!decoded) {
    if (decoded.error().offset > in.size()) std::abort();
    return;
  }
  if (decoded->content.size() > most) std::abort();
  (void)annexe::to_json(*decoded);
  const auto type = decoded->content_type < 0 ? 0 : decoded->content_type;
  const auto again =
      annexe::decode_compressed_data(annexe::encode_compressed_data(type, decoded->content, decoded->tags));
  if (!again || again->content != decoded->content || again->tags != decoded->tags) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  check(in);
  (void)annexe::mule_text_of(in);
  Bytes stream{0x78, 0x9C};
  stream.insert(stream.end(), in.begin(), in.end());
  ber::Writer w;
  w.begin(ber::sequence_tag);
  w.integer(ber::context_tag(0, false), 0);
  w.begin(ber::sequence_tag);
  w.integer(ber::context_tag(0, false), 25);
  w.begin(ber::context_tag(0, true));
  w.primitive(ber::octet_string_tag, stream);
  w.end();
  w.end();
  w.end();
  check(w.finish());
  return 0;
}
