// Streams packed with a shared dictionary: an input is refused by name or stays within the bound; what is packed
// comes back. Also dictionary files themselves.
#include "annexe/dictionary.hpp"

#include <cstdlib>

namespace {

using namespace longwire;

constexpr std::size_t most = 1 << 18;

const annexe::Dictionary& dictionary() {
  static const auto held = [] {
    std::vector<Bytes> samples;
    for (unsigned i = 0; i < 100; ++i)
      samples.push_back(to_bytes("Subject: SITREP " + std::to_string(i * 7919) + "\r\n\r\nCourse " +
                                 std::to_string(i * 31 % 360) +
                                 " speed 12 knots, fuel 71 percent, nothing to report.\r\n"));
    return annexe::Dictionary::train(samples, 4096).value();
  }();
  return held;
}

void check(ByteView packed) {
  const auto content = dictionary().expand(packed, most);
  if (!content) {
    if (content.error().offset > packed.size()) std::abort();
    return;
  }
  if (content->size() > most) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  check(in);
  // The rest is behind an id that mutations seldom hit.
  Bytes named{static_cast<std::uint8_t>(dictionary().short_id() >> 8),
              static_cast<std::uint8_t>(dictionary().short_id())};
  named.insert(named.end(), in.begin(), in.end());
  check(named);
  const auto packed = dictionary().compress(in);
  const auto back = dictionary().expand(packed, std::max(most, in.size()));
  if (!back || Bytes(in.begin(), in.end()) != *back) std::abort();
  (void)annexe::Dictionary::read(in);
  return 0;
}
