#include "annexe/gateway/eits.hpp"

#include "base/ber.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

constexpr std::array<std::string_view, 10> names{"Undefined", "Telex",    "IA5-Text", "G3-Fax", "TIF0",
                                                 "Teletex",   "Videotex", "Voice",    "SFD",    "TIF1"};
constexpr std::uint16_t undefined = 0x8000;
constexpr std::string_view charset_arc = "1.0.10021.7.1.0.";  // registration number of ISO 2375
constexpr std::size_t most_types = 64;                        // of one field

void add(x400::Eits& out, std::string oid) {
  if (std::find(out.extended.begin(), out.extended.end(), oid) == out.extended.end())
    out.extended.push_back(std::move(oid));
}

bool is_oid(std::string_view s) {
  ber::Writer out;
  return s.find('.') != std::string_view::npos && out.oid(ber::oid_tag, s);
}

struct Collector {
  x400::Eits& out;
  std::vector<const x400::Ipm*>& enclosed;

  void operator()(const x400::body::Ia5&) const { out.builtin |= x400::eit_ia5_text; }
  void operator()(const x400::body::General& g) const {
    for (const int repertoire : g.repertoires) add(out, std::string(charset_arc) + std::to_string(repertoire));
  }
  void operator()(const x400::body::Bilateral&) const { out.builtin |= undefined; }
  void operator()(const x400::body::Forwarded& f) const {
    for (const auto& message : f.message) enclosed.push_back(&message);
  }
  void operator()(const x400::body::Extended& e) const { add(out, e.data_oid); }
  void operator()(const x400::body::Unknown&) const { out.builtin |= undefined; }
};

}  // namespace

bool is_empty(const x400::Eits& eits) { return eits.builtin == 0 && eits.extended.empty() && eits.raw.empty(); }

std::string format_eits(const x400::Eits& eits) {
  std::string out;
  const auto put = [&out](std::string_view s) { (out += out.empty() ? "" : ", ") += s; };
  for (std::size_t bit = 0; bit < names.size(); ++bit)
    if ((eits.builtin >> (15 - bit) & 1) != 0) put(names.at(bit));
  for (const auto& oid : eits.extended) put(oid);
  return out;
}

x400::Eits parse_eits(std::string_view text) {
  x400::Eits out;
  for (std::size_t count = 0; !text.empty() && count < most_types; ++count) {
    const auto item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const auto name = std::find_if(names.begin(), names.end(), [&](auto n) { return iequals(n, trim(item)); });
    if (name != names.end()) out.builtin = static_cast<std::uint16_t>(out.builtin | 0x8000U >> (name - names.begin()));
    else if (is_oid(trim(item))) add(out, std::string(trim(item)));
  }
  return out;
}

x400::Eits eits_of(const x400::Ipm& ipm) {
  x400::Eits out;
  std::vector<const x400::Ipm*> open{&ipm};
  while (!open.empty()) {
    const auto* next = open.back();
    open.pop_back();
    for (const auto& part : next->body) std::visit(Collector{out, open}, part);
  }
  return out;
}

}  // namespace longwire::gateway
