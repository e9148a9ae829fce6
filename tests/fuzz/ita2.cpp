// ITA2: what comes out of five-unit codes goes in again and comes out the same; any text becomes codes.
#include "annexe/acp127/ita2.hpp"
#include "annexe/acp127/coded_text.hpp"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  const ByteView in{data, size};
  const auto text = acp127::decode_ita2(in);
  const bool garbled = text.find(acp127::ita2_garbled) != std::string::npos;
  if (!garbled && acp127::decode_ita2(acp127::encode_ita2(text)) != text) std::abort();
  const auto codes = acp127::encode_ita2(as_text(in));
  if (std::any_of(codes.begin(), codes.end(), [](std::uint8_t c) { return c > 31; })) std::abort();
  // Coded text crosses such a circuit without loss, whatever it stands for.
  const auto lines = acp127::encode_coded(as_text(in), 40 + size % 30);
  std::vector<std::string> crossed;
  for (const auto& line : lines) crossed.push_back(acp127::decode_ita2(acp127::encode_ita2(line)));
  const auto back = acp127::decode_coded(crossed);
  if (!back || *back != as_text(in)) std::abort();
  return 0;
}
