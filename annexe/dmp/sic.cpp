#include "annexe/dmp/sic.hpp"

#include <algorithm>
#include <array>

namespace longwire::dmp {

namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+,-./:=? ";
constexpr unsigned narrow_base = 36;
constexpr unsigned wide_base = 74;
static_assert(alphabet.size() == wide_base);

constexpr std::size_t shortest = 3;
constexpr std::size_t longest = 8;

// First octet of the field.
constexpr std::uint8_t narrow_last = 0xB6;  // up to here: one SIC of three characters, base 36
constexpr std::uint8_t wide_first = 0xB7;   // .. BD: one of three, base 74; plus bits 18-16 of its value
constexpr std::uint8_t wide_last = 0xBD;
constexpr std::uint8_t list_of_three = 0xC0;
constexpr std::uint8_t list_of_any = 0xD0;
constexpr std::uint8_t wide_list = 0x08;
constexpr std::uint8_t no_sic = 0xFE;

// How a SIC of four to eight characters is written: `octets`, of which the top bits under `mask` are `prefix`.
struct Form {
  std::size_t characters, octets;
  std::uint8_t mask, prefix;
};
// The forms without a prefix come last: what is no other one is theirs (0xxx or 1000).
constexpr std::array narrow_forms{Form{4, 3, 0xE0, 0xC0}, Form{5, 4, 0xF0, 0xA0}, Form{7, 5, 0xE0, 0xE0},
                                  Form{8, 6, 0xF0, 0xB0}, Form{6, 4, 0x00, 0x00}};
constexpr std::array wide_forms{Form{4, 4, 0xF0, 0xA0}, Form{6, 5, 0xC0, 0xC0}, Form{7, 6, 0xF0, 0xB0},
                                Form{8, 7, 0xF0, 0x90}, Form{5, 4, 0x00, 0x00}};

std::uint64_t value_of(std::string_view sic, unsigned base) {
  std::uint64_t value = 0;
  for (const char c : sic) value = value * base + alphabet.find(c);
  return value;
}

std::optional<std::string> text_of(std::uint64_t value, unsigned base, std::size_t characters) {
  std::string out(characters, '0');
  for (auto at = characters; at > 0; --at, value /= base) out[at - 1] = alphabet[value % base];
  if (value != 0) return std::nullopt;
  return out;
}

bool narrow(std::string_view sic) {
  return std::all_of(sic.begin(), sic.end(), [](char c) { return alphabet.find(c) < narrow_base; });
}

std::uint64_t read_number(ByteReader& in, std::size_t octets) {
  std::uint64_t value = 0;
  for (; octets > 0; --octets) value = value << 8 | in.u8();
  return value;
}

void write_number(ByteWriter& out, std::uint64_t value, std::size_t octets) {
  for (; octets > 0; --octets) out.u8(static_cast<std::uint8_t>(value >> 8 * (octets - 1)));
}

Result<std::string> checked(const ByteReader& in, std::size_t at, std::uint64_t value, unsigned base,
                            std::size_t characters) {
  if (in.failed()) return error("truncated", in.offset(), "in a SIC");
  auto text = text_of(value, base, characters);
  if (!text) return error("bad_sic", at, "no SIC has that number");
  return *std::move(text);
}

Result<std::string> read_three(ByteReader& in, bool wide) {
  const auto at = in.offset();
  const auto first = in.u8();
  if (!wide) return checked(in, at, std::uint64_t{first} << 8 | in.u8(), narrow_base, shortest);
  if (!in.failed() && (first < wide_first || first > wide_last)) return error("bad_sic", at, "reserved first octet");
  const auto high = static_cast<std::uint64_t>(first - wide_first);
  return checked(in, at, high << 16 | in.u16(), wide_base, shortest);
}

Result<std::string> read_long(ByteReader& in, bool wide) {
  const auto at = in.offset();
  const auto first = in.u8();
  const auto& forms = wide ? wide_forms : narrow_forms;
  const auto form =
      std::find_if(forms.begin(), forms.end(), [first](const Form& f) { return (first & f.mask) == f.prefix; });
  const auto top = static_cast<std::uint8_t>(first & ~form->mask);
  const auto value = std::uint64_t{top} << 8 * (form->octets - 1) | read_number(in, form->octets - 1);
  return checked(in, at, value, wide ? wide_base : narrow_base, form->characters);
}

void write_one(ByteWriter& out, std::string_view sic, bool wide) {
  const auto value = value_of(sic, wide ? wide_base : narrow_base);
  if (sic.size() == shortest) {
    if (wide) write_number(out, value + (std::uint64_t{wide_first} << 16), 3);
    else write_number(out, value, 2);
    return;
  }
  const auto& forms = wide ? wide_forms : narrow_forms;
  const auto form =
      std::find_if(forms.begin(), forms.end(), [&sic](const Form& f) { return f.characters == sic.size(); });
  write_number(out, value | std::uint64_t{form->prefix} << 8 * (form->octets - 1), form->octets);
}

}  // namespace

bool valid_sic(std::string_view sic) {
  return sic.size() >= shortest && sic.size() <= longest && sic.find_first_not_of(alphabet) == std::string_view::npos;
}

Result<std::vector<std::string>> read_sics(ByteReader& in) {
  const auto at = in.offset();
  ByteReader ahead = in;
  const auto key = ahead.u8();
  if (ahead.failed()) return error("truncated", at, "no SIC field");
  std::vector<std::string> out;
  if (key <= wide_last) {
    auto one = read_three(in, key > narrow_last);
    if (!one) return one.error();
    out.push_back(*std::move(one));
    return out;
  }
  in.skip(1);
  if (key == no_sic) return out;
  if (key < list_of_three || key >= list_of_any + 0x10) return error("bad_sic", at, "reserved first octet");
  const auto lengths = key >= list_of_any ? in.u8() : std::uint8_t{0};
  const bool wide = (key & wide_list) != 0;
  const std::size_t count = (key & 7U) + 1;
  for (std::size_t i = 0; i < count; ++i) {
    auto one = (lengths << i & 0x80U) != 0 ? read_long(in, wide) : read_three(in, wide);
    if (!one) return one.error();
    out.push_back(*std::move(one));
  }
  return out;
}

bool write_sics(ByteWriter& out, const std::vector<std::string>& sics) {
  if (sics.size() > sics_most || !std::all_of(sics.begin(), sics.end(), valid_sic)) return false;
  if (sics.empty()) {
    out.u8(no_sic);
    return true;
  }
  const bool wide = !std::all_of(sics.begin(), sics.end(), narrow);
  unsigned lengths = 0;
  for (std::size_t i = 0; i < sics.size(); ++i)
    if (sics[i].size() > shortest) lengths |= 0x80U >> i;
  const auto count = static_cast<unsigned>(sics.size() - 1) | (wide ? wide_list : 0U);
  if (lengths != 0) {
    out.u8(static_cast<std::uint8_t>(list_of_any | count));
    out.u8(static_cast<std::uint8_t>(lengths));
  } else if (sics.size() > 1) {
    out.u8(static_cast<std::uint8_t>(list_of_three | count));
  }
  for (const auto& sic : sics) write_one(out, sic, wide);
  return true;
}

}  // namespace longwire::dmp
