// International Telegraph Alphabet No. 2 (CCITT; ITU-T S.1): five-unit codes, one in the low bits of each octet,
// with letter and figure shifts. The three positions left to national use hold ! & # here, as on military
// teleprinters: FL15 needs the '#'. Figures-D is "who are you", figures-J the bell.
#pragma once

#include "base/bytes.hpp"

#include <string>
#include <string_view>

namespace longwire::acp127 {

inline constexpr std::uint8_t ita2_letters = 31;  // LTRS shift
inline constexpr std::uint8_t ita2_figures = 27;  // FIGS shift
inline constexpr char ita2_garbled = '\x1A';      // for an octet that is no five-unit code

class Ita2Encoder {
 public:
  // Letter case is lost; a character without a code goes as its stand-in (characters.hpp). After a line feed the
  // shift is sent again, so that a lost one spoils one line only.
  void put(std::string_view text);
  void shift(std::uint8_t code, std::size_t times);  // LTRS or FIGS
  Bytes finish() { return std::move(out_); }

 private:
  Bytes out_;
  std::uint8_t shift_ = 0;  // not known: sent before the first character
};

// Keeps the shift from one piece to the next.
class Ita2Decoder {
 public:
  // Blanks (code 0) and shifts give nothing; an octet above 31 gives ita2_garbled.
  std::string take(ByteView codes);

 private:
  bool figures_ = false;
};

Bytes encode_ita2(std::string_view text);
std::string decode_ita2(ByteView codes);

}  // namespace longwire::acp127
