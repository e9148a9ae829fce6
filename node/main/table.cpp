#include "node/main/table.hpp"

#include <algorithm>

namespace longwire::commands {

std::string printable(std::string_view text) {
  std::string out(text);
  // C0 controls and DEL; octets above 127 are UTF-8 of the terminal's own affair, but C1 controls
  // (U+0080..U+009F, "\xC2\x80".."\xC2\x9F") steer terminals too.
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto c = static_cast<unsigned char>(out[i]);
    const bool c1 = i > 0 && static_cast<unsigned char>(out[i - 1]) == 0xC2 && c >= 0x80 && c < 0xA0;
    if (c < 0x20 || c == 0x7F || c1) out[i] = '?';
  }
  return out;
}

void Table::print(std::ostream& out) const {
  std::vector<std::size_t> widths;
  for (const auto& h : heads_) widths.push_back(h.size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      text += cells[i];
      if (i + 1 < cells.size()) text.append(widths[i] - cells[i].size() + 2, ' ');
    }
    out << text << "\n";
  };
  line(heads_);
  for (const auto& row : rows_) line(row);
}

}  // namespace longwire::commands
