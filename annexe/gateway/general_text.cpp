#include "annexe/gateway/general_text.hpp"

#include "base/text.hpp"
#include "mail/mime_parameters.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

constexpr int ascii_register = 6;
constexpr int latin1_register = 100;

// RFC 2157 6.2: character set, ISO register number of the high half, final octet of its designation as G1.
struct Row {
  std::string_view charset;
  int high;
  char final;
};
constexpr std::array rows{
    Row{"iso-8859-1", 100, 'A'}, Row{"iso-8859-2", 101, 'B'}, Row{"iso-8859-3", 109, 'C'},
    Row{"iso-8859-4", 110, 'D'}, Row{"iso-8859-5", 144, 'L'}, Row{"iso-8859-6", 127, 'G'},
    Row{"iso-8859-7", 126, 'F'}, Row{"iso-8859-8", 138, 'H'}, Row{"iso-8859-9", 148, 'M'},
};
constexpr std::array japanese{6, 14, 42, 87};

// Registers of no consequence for the choice: C0 (1), the low half (2, 6), C1 (77).
bool is_background(int number) { return number == 1 || number == 2 || number == ascii_register || number == 77; }

bool has_shifts(ByteView text) {
  return std::any_of(text.begin(), text.end(), [](auto o) { return o == 0x0E || o == 0x0F || o == 0x1B; });
}

x400::body::General with_prefix(const Row& row, ByteView text, bool designate_c1) {
  x400::body::General out;
  out.repertoires = {ascii_register, row.high};
  const std::string prefix =
      std::string("\x1B\x28\x42\x1B\x2D") + row.final + (designate_c1 ? "\x1B\x21\x41" : "") + "\x1B\x7E";
  out.text = to_bytes(prefix);
  out.text.insert(out.text.end(), text.begin(), text.end());
  return out;
}

// "x-iso-6-100-101"
std::optional<std::vector<int>> listed_registers(std::string_view charset) {
  constexpr std::string_view prefix = "x-iso-";
  if (!charset.starts_with(prefix)) return std::nullopt;
  std::vector<int> out;
  for (charset.remove_prefix(prefix.size());;) {
    const auto dash = charset.find('-');
    const auto number = parse_unsigned(charset.substr(0, dash));
    if (!number || *number > 32767) return std::nullopt;
    out.push_back(static_cast<int>(*number));
    if (dash == std::string_view::npos) return out;
    charset.remove_prefix(dash + 1);
  }
}

std::string charset_of_registers(std::vector<int> registers) {
  std::sort(registers.begin(), registers.end());
  std::string out = "x-iso";
  for (const auto n : registers) out += '-' + std::to_string(n);
  return out;
}

// Reads the escape sequences away. Only what ISO 8859 texts use is known: ASCII in G0, one set in G1, controls.
struct Normalized {
  Bytes octets;
  char g1 = 0;  // final octet of its designation, 0 = none
  bool c1 = false;
  bool known = true;
};
Normalized normalize(ByteView text) {
  Normalized out;
  for (std::size_t i = 0; i < text.size() && out.known; ++i) {
    if (text[i] != 0x1B) {
      out.known = text[i] != 0x0E && text[i] != 0x0F;
      out.octets.push_back(text[i]);
      continue;
    }
    const auto kind = i + 1 < text.size() ? text[i + 1] : std::uint8_t{0};
    if (kind == 0x7E) {  // locking shift 1 right
      ++i;
      continue;
    }
    const auto final = i + 2 < text.size() ? static_cast<char>(text[i + 2]) : '\0';
    i += 2;
    if (kind == 0x28) out.known = final == 'B' || final == '@';
    else if (kind == 0x2D) {
      out.known = out.g1 == 0 || out.g1 == final;
      out.g1 = final;
    } else if (kind == 0x21 || kind == 0x22) out.c1 = true;  // RFC 2157 writes 21 for C1, ISO 2022 has 22
    else out.known = false;
  }
  return out;
}

const Row* row_by_final(char final) {
  const auto row = std::find_if(rows.begin(), rows.end(), [final](const Row& r) { return r.final == final; });
  return row == rows.end() ? nullptr : &*row;
}

const Row* row_by_registers(const std::vector<int>& registers) {
  const Row* found = nullptr;
  for (const auto number : registers) {
    if (is_background(number)) continue;
    const auto row = std::find_if(rows.begin(), rows.end(), [number](const Row& r) { return r.high == number; });
    if (row == rows.end() || found != nullptr) return nullptr;
    found = &*row;
  }
  return found;
}

bool only_background(const std::vector<int>& registers) {
  return std::all_of(registers.begin(), registers.end(), is_background);
}

bool has_high(ByteView text, std::uint8_t from) {
  return std::any_of(text.begin(), text.end(), [from](auto o) { return o >= from; });
}
bool has_c1(ByteView text) {
  return std::any_of(text.begin(), text.end(), [](auto o) { return o >= 0x80 && o < 0xA0; });
}

}  // namespace

std::optional<x400::body::General> to_general_text(std::string_view charset, ByteView text) {
  if (const auto registers = listed_registers(charset))
    return x400::body::General{*registers, Bytes(text.begin(), text.end())};
  if (charset == "iso-2022-jp") {
    if (has_high(text, 0x80)) return std::nullopt;
    return x400::body::General{{japanese.begin(), japanese.end()}, Bytes(text.begin(), text.end())};
  }
  if (has_shifts(text)) return std::nullopt;
  if (charset == "utf-8") {
    const auto latin1 = to_latin1(as_text(text));
    if (!latin1 || has_c1(as_bytes(*latin1))) return std::nullopt;
    return with_prefix(rows.front(), as_bytes(*latin1), false);
  }
  for (const auto& row : rows)
    if (charset == row.charset) return with_prefix(row, text, true);
  return std::nullopt;
}

std::optional<PlainText> from_general_text(const x400::body::General& part) {
  auto registers = part.repertoires;
  std::sort(registers.begin(), registers.end());
  if (std::equal(registers.begin(), registers.end(), japanese.begin(), japanese.end()))
    return PlainText{"iso-2022-jp", part.text};
  auto text = normalize(part.text);
  const auto* row = text.g1 != 0 ? row_by_final(text.g1) : row_by_registers(registers);
  if (text.known && !has_high(text.octets, 0x80) && (row != nullptr || only_background(registers)))
    return PlainText{"us-ascii", std::move(text.octets)};
  if (text.known && row != nullptr && (registers.empty() || row == row_by_registers(registers) || text.g1 != 0)) {
    if (row->high == latin1_register && !text.c1 && !has_c1(text.octets))
      return PlainText{"utf-8", to_bytes(from_latin1(as_text(text.octets)))};
    return PlainText{std::string(row->charset), std::move(text.octets)};
  }
  if (part.repertoires.empty()) return std::nullopt;
  return PlainText{charset_of_registers(registers), part.text};
}

std::optional<std::string> utf8_text_of(const x400::BodyPart& part) {
  if (const auto* ia5 = std::get_if<x400::body::Ia5>(&part)) return ia5->text;
  const auto* general = std::get_if<x400::body::General>(&part);
  if (general == nullptr) return std::nullopt;
  const auto text = from_general_text(*general);
  if (!text) return std::nullopt;
  if (text->charset == "iso-8859-1") return from_latin1(as_text(text->octets));
  if (text->charset != "utf-8" && text->charset != "us-ascii") return std::nullopt;
  return std::string(as_text(text->octets));
}

}  // namespace longwire::gateway
