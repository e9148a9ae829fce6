#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/format_lines.hpp"
#include "annexe/acp127/ita2.hpp"
#include "annexe/acp127/message.hpp"

namespace longwire::acp127 {

namespace {

constexpr std::string_view line_end = "\r\r\n";
constexpr std::size_t final_line_feeds = 8;  // before NNNN on teleprinter circuits (stanag4406.md 7.1, FL16)
constexpr std::size_t final_letters = 12;    // behind it

}  // namespace

std::string format(const Message& m, const Style& style) {
  std::string out;
  for (const auto& row : format_lines()) {
    Lines lines;
    row.write(m, style, lines);
    if (row.number == 16 && style.code == Code::ita2) out.append("\r\r").append(final_line_feeds, '\n');
    for (const auto& line : lines) {
      out += line;
      out += line_end;
    }
  }
  return out;
}

Bytes transmission(const Message& m, const Style& style) {
  const auto text = format(m, style);
  switch (style.code) {
    case Code::ia5:
      return to_bytes(text);
    case Code::ita2:
      break;
  }
  Ita2Encoder out;
  out.shift(ita2_letters, 2);  // a receiver that was in figures reads the first character right
  out.put(text);
  out.shift(ita2_letters, final_letters);
  return out.finish();
}

}  // namespace longwire::acp127
