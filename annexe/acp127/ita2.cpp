#include "annexe/acp127/ita2.hpp"

#include "annexe/acp127/characters.hpp"

#include <array>

namespace longwire::acp127 {

namespace {

constexpr std::uint8_t codes = 32;
constexpr std::uint8_t line_feed = 2;

// By code; '\0' where a position holds no character (blank, shifts).
constexpr std::array<char, codes> letters{'\0', 'E', '\n', 'A', ' ', 'S',  'I', 'U', '\r', 'D', 'R',
                                          'J',  'N', 'F',  'C', 'K', 'T',  'Z', 'L', 'W',  'H', 'Y',
                                          'P',  'Q', 'O',  'B', 'G', '\0', 'M', 'X', 'V',  '\0'};
constexpr std::array<char, codes> figures{'\0', '3', '\n', '-', ' ', '\'', '8', '7', '\r', '\x05', '4',
                                          '\a', ',', '!',  ':', '(', '5',  '+', ')', '2',  '#',    '6',
                                          '0',  '1', '9',  '?', '&', '\0', '.', '/', '=',  '\0'};

struct Position {
  std::uint8_t code = 0;
  std::uint8_t shift = 0;  // 0: the same in both
};

std::array<Position, 128> positions() {
  std::array<Position, 128> out{};
  for (std::uint8_t code = 0; code < codes; ++code) {
    const auto letter = static_cast<unsigned char>(letters[code]);
    const auto figure = static_cast<unsigned char>(figures[code]);
    if (figure != 0) out.at(figure) = {code, ita2_figures};
    if (letter != 0) out.at(letter) = {code, letter == figure ? std::uint8_t{0} : ita2_letters};
  }
  return out;
}

const Position* position_of(char c) {
  static const auto table = positions();
  const auto index = static_cast<unsigned char>(c);
  return index < table.size() && table.at(index).code != 0 ? &table.at(index) : nullptr;
}

}  // namespace

void Ita2Encoder::put(std::string_view text) {
  for (const char raw : text) {
    const char c = raw >= 'a' && raw <= 'z' ? static_cast<char>(raw - 'a' + 'A') : raw;
    const auto* position = position_of(c);
    if (position == nullptr) {
      put(to_circuit(std::string_view(&c, 1)));  // stand-ins hold circuit characters only
      continue;
    }
    if (position->shift != 0 && position->shift != shift_) shift(position->shift, 1);
    out_.push_back(position->code);
    if (position->code == line_feed) shift_ = 0;
  }
}

void Ita2Encoder::shift(std::uint8_t code, std::size_t times) {
  out_.insert(out_.end(), times, code);
  shift_ = code;
}

std::string Ita2Decoder::take(ByteView in) {
  std::string out;
  for (const auto code : in) {
    if (code >= codes) out += ita2_garbled;
    else if (code == ita2_letters) figures_ = false;
    else if (code == ita2_figures) figures_ = true;
    else if (const char c = figures_ ? figures.at(code) : letters.at(code); c != '\0') out += c;
  }
  return out;
}

Bytes encode_ita2(std::string_view text) {
  Ita2Encoder out;
  out.put(text);
  return out.finish();
}

std::string decode_ita2(ByteView in) { return Ita2Decoder().take(in); }

}  // namespace longwire::acp127
