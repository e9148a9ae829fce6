// O/R addresses and MTS identifiers read from text (RFC 2156 4.1, 4.3.4.1; stanag4406.md 6.1).
#include "annexe/x400/or_keys.hpp"
#include "base/ber_reader.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace longwire::x400 {

using namespace ber;

namespace {

// Keys that are read but not written (RFC 2156 4.1.1).
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> synonyms = {{
    {"A", "ADMD"},
    {"P", "PRMD"},
    {"Q", "GQ"},
    {"X.121", "X121"},
    {"N-ID", "UA-ID"},
    {"PD-OFFICE NUMBER", "PD-OFFICE-NUM"},
    {"PD-OFN", "PD-OFFICE-NUM"},
    {"PD-EA", "PD-EXT-ADDRESS"},
    {"PD-ED", "PD-EXT-DELIVERY"},
    {"PD-OF", "PD-OFFICE"},
    {"PD-S", "PD-STREET"},
    {"PD-U", "PD-UNIQUE"},
    {"PD-L", "PD-LOCAL"},
    {"PD-R", "PD-RESTANTE"},
    {"PD-B", "PD-BOX"},
    {"PD-PC", "PD-CODE"},
    {"PD-SN", "PD-SERVICE"},
    {"DDA", "DD"},
    {"E.164", "NET-NUM"},
    {"ISDN", "NET-NUM"},
    {"PSAP", "NET-PSAP"},
    {"PD-A", "PD-ADDRESS"},
}};

std::string to_upper(std::string_view ascii) {
  std::string out(ascii);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

// "{nnn}" with one or more octets of three digits each at `at` (RFC 2156 3.3.4): appends them and gives the length
// of the whole, or 0 if it is no such thing.
std::size_t braced_octets(std::string_view text, std::size_t at, std::string& into) {
  if (text[at] != '{') return 0;
  std::string octets;
  // Looking for the brace first would look through the whole text again and again where there is none.
  auto i = at + 1;
  for (; i < text.size() && text[i] != '}'; i += 3) {
    const auto digits = text.substr(i, 3);
    const auto number = digits.size() == 3 ? parse_unsigned(digits) : std::nullopt;
    if (!number || *number > 255) return 0;
    octets += static_cast<char>(*number);
  }
  if (i >= text.size() || octets.empty()) return 0;
  into += octets;
  return i + 1 - at;
}

// Takes `$` quotes and braces away. A bare "*" parts the printable from the teletex form.
TextPair unquoted(std::string_view value) {
  TextPair out;
  std::string* into = &out.printable;
  for (std::size_t i = 0; i < value.size();) {
    if (const auto length = braced_octets(value, i, *into); length > 0) {
      i += length;
      continue;
    }
    if (value[i] == '*' && !out.teletex) {
      into = &out.teletex.emplace();
    } else {
      if (value[i] == '$' && i + 1 < value.size()) ++i;
      *into += value[i];
    }
    ++i;
  }
  return out;
}

struct Pair {
  std::size_t offset = 0;
  std::string key;   // upper case, synonyms resolved; "DD" for every domain-defined one
  std::string type;  // of a domain-defined attribute, or the number of EXT-n
  int place = 0;     // 1..4 of OU1.., DD1.., PD-A1..; 0 = none given
  TextPair value;
};

Error bad(std::size_t offset, std::string why) { return error("bad_or_address", offset, std::move(why)); }

// The next separator or `stop`, quotes respected.
std::size_t find_unquoted(std::string_view text, std::string_view chars, std::size_t from) {
  for (auto i = from; i < text.size(); ++i) {
    if (text[i] == '$') ++i;
    else if (chars.find(text[i]) != std::string_view::npos) return i;
  }
  return text.size();
}

// A number of one digit at the end of an ordered key.
int take_place(std::string& key) {
  for (const std::string_view ordered : {"OU", "DD", "DDA", "PD-A"}) {
    if (key.size() != ordered.size() + 1 || key.compare(0, ordered.size(), ordered) != 0) continue;
    const char digit = key.back();
    if (digit < '1' || digit > (ordered == "PD-A" ? '6' : '4')) continue;
    key.pop_back();
    return digit - '0';
  }
  return 0;
}

Result<Pair> read_pair(std::string_view segment, std::size_t offset) {
  const auto equals = find_unquoted(segment, "=", 0);
  if (equals == segment.size()) return bad(offset, "an attribute without \"=\"");
  Pair out;
  out.offset = offset;
  const auto left = trim(segment.substr(0, equals));
  out.value = unquoted(segment.substr(equals + 1));
  out.key = to_upper(left);
  // "DD.type": the key X.121 has a dot too, but is none of these.
  if (const auto dot = left.find_first_of(".:"); dot != std::string_view::npos && out.key.substr(0, 2) == "DD") {
    out.key.resize(dot);
    const auto type = unquoted(left.substr(dot + 1));
    if (type.teletex) return bad(offset, "teletex domain-defined attributes are written as EXT-6");
    out.type = type.printable;
  }
  out.place = take_place(out.key);
  for (const auto& [synonym, key] : synonyms)
    if (out.key == synonym) out.key = key;
  if (out.key == "RFC-822") {
    out.key = "DD";
    out.type = "RFC-822";
  } else if (out.key.compare(0, raw_key.size(), raw_key) == 0) {
    out.type = out.key.substr(raw_key.size());
    out.key = raw_key;
  }
  return out;
}

// One address being put together from its pairs.
class Builder {
 public:
  std::optional<Error> take(Pair pair) {
    if (pair.key == "DD") return take_domain_defined(std::move(pair));
    if (pair.key == "OU") return take_unit(std::move(pair));
    if (pair.key == raw_key) return take_raw(pair);
    if (pair.key == "PD-ADDRESS" && pair.place > 0) return take_line(pair);
    if (!seen_.emplace(pair.key, true).second) return bad(pair.offset, "the key " + pair.key + " stands twice");
    if (pair.key == "O" && units_.empty()) organization_first_ = true;
    if (pair.key == "PN") return take_person(pair);
    if (auto* member = teletex_member(pair.key)) return take_both(pair, *member->first, *member->second);
    if (auto* member = plain_member(pair.key)) {
      if (pair.value.teletex) return bad(pair.offset, "the key " + pair.key + " has no teletex form");
      *member = pair.value.printable;
      return std::nullopt;
    }
    return take_extension(pair);
  }

  Result<OrName> finish() {
    // F.401 order, most significant left: the organization stands left of its units (RFC 2156 4.3.4.1).
    const bool inverted = organization_first_ && !units_.empty();
    if (auto e = put_in_order(units_, inverted)) return *std::move(e);
    if (auto e = put_in_order(domain_defined_, inverted)) return *std::move(e);
    if (units_.size() > limits::or_units) return bad(units_[0].offset, "more than four organizational units");
    if (domain_defined_.size() > limits::or_domain_defined)
      return bad(domain_defined_[0].offset, "more than four domain-defined attributes");
    for (auto& dd : domain_defined_) name_.domain_defined.emplace_back(dd.type, dd.value.printable);
    finish_units();
    if (!name_.country.empty() && name_.admd.empty()) name_.admd = " ";  // RFC 2156 4.1.3
    finish_teletex();
    if (auto e = finish_others()) return *std::move(e);
    return std::move(name_);
  }

 private:
  std::optional<Error> take_domain_defined(Pair pair) {
    if (pair.type.empty()) return bad(pair.offset, "a domain-defined attribute without a type");
    if (pair.value.teletex) return bad(pair.offset, "teletex domain-defined attributes are written as EXT-6");
    domain_defined_.push_back(std::move(pair));
    return std::nullopt;
  }
  std::optional<Error> take_unit(Pair pair) {
    units_.push_back(std::move(pair));
    return std::nullopt;
  }
  std::optional<Error> take_line(const Pair& pair) {
    if (!lines_.emplace(pair.place, pair.value.printable).second) return bad(pair.offset, "the same line twice");
    return std::nullopt;
  }

  std::optional<Error> take_raw(const Pair& pair) {
    const auto type = parse_unsigned(pair.type);
    auto value = from_hex(pair.value.printable);
    if (!type || *type > std::numeric_limits<int>::max() || !value)
      return bad(pair.offset, "EXT- takes a number, and a value in hex");
    const auto doc = ber::Document::read(*value);
    if (!doc || doc->octets() != value->size()) return bad(pair.offset, "the value of EXT- is not one BER element");
    name_.extensions.push_back({static_cast<int>(*type), *std::move(value)});
    return std::nullopt;
  }

  // RFC 2156 4.1.2: [given "."] *(initial ".") surname.
  std::optional<Error> take_person(const Pair& pair) {
    auto& person = name_.person;
    if (person != PersonalName{}) return bad(pair.offset, "PN beside the parts of a personal name");
    std::string_view rest = pair.value.printable;
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (const auto dot = rest.find('.'); dot != std::string_view::npos && dot >= 2) {
      person.given = rest.substr(0, dot);
      rest.remove_prefix(dot + 1);
    }
    while (rest.size() >= 2 && is_letter(rest[0]) && rest[1] == '.') {
      person.initials += rest[0];
      rest.remove_prefix(2);
    }
    if (rest.empty()) return bad(pair.offset, "a personal name without a surname");
    person.surname = rest;
    return std::nullopt;
  }

  using Both = std::pair<std::string*, std::optional<std::string>*>;
  Both* teletex_member(std::string_view key) {
    if (key == "CN") both_ = {&name_.common_name, &common_name_};
    else if (key == "O") both_ = {&name_.organization, &organization_};
    else if (key == "S") both_ = {&name_.person.surname, &person_[0]};
    else if (key == "G") both_ = {&name_.person.given, &person_[1]};
    else if (key == "I") both_ = {&name_.person.initials, &person_[2]};
    else if (key == "GQ") both_ = {&name_.person.generation, &person_[3]};
    else return nullptr;
    return &both_;
  }
  std::string* plain_member(std::string_view key) {
    if (key == "C") return &name_.country;
    if (key == "ADMD") return &name_.admd;
    if (key == "PRMD") return &name_.prmd;
    if (key == "X121") return &name_.x121;
    if (key == "T-ID") return &name_.terminal_id;
    if (key == "UA-ID") return &name_.numeric_user_id;
    return nullptr;
  }
  std::optional<Error> take_both(const Pair& pair, std::string& printable, std::optional<std::string>& teletex) {
    if (!printable.empty()) return bad(pair.offset, "PN beside the parts of a personal name");
    printable = pair.value.printable;
    teletex = pair.value.teletex;
    return std::nullopt;
  }

  std::optional<Error> take_extension(const Pair& pair) {
    ber::Writer out;
    if (pair.key == "T-TY") return take_terminal_type(pair);
    if (pair.key == "NET-NUM" || pair.key == "NET-SUB") {
      (pair.key == "NET-NUM" ? number_ : sub_number_) = pair.value.printable;
      network_offset_ = pair.offset;
      return std::nullopt;
    }
    if (pair.key == "NET-PSAP") return bad(pair.offset, "presentation addresses are written as EXT-22");
    const auto* found = std::find_if(attribute_keys.begin(), attribute_keys.end(),
                                     [&](const AttributeKey& key) { return key.key == pair.key; });
    if (found == attribute_keys.end()) return bad(pair.offset, "unknown key " + pair.key);
    switch (found->form) {
      case AttributeForm::printable:
      case AttributeForm::choice: {
        const bool digits = found->form == AttributeForm::choice && parse_unsigned(pair.value.printable).has_value();
        put_text(out, digits ? numeric_string_tag : printable_string_tag, pair.value.printable);
        break;
      }
      case AttributeForm::parameter:
        put_parameter(out, pair.value, false);
        break;
      case AttributeForm::lines:
        put_parameter(out, pair.value, true);
        break;
    }
    name_.extensions.push_back({found->type, out.finish()});
    return std::nullopt;
  }

  // "ia5(7)", "(7)", "7" or "ia5".
  std::optional<Error> take_terminal_type(const Pair& pair) {
    std::string_view value = pair.value.printable;
    std::optional<std::uint64_t> number;
    for (const auto& known : terminal_types)
      if (iequals(value, known.name)) number = static_cast<std::uint64_t>(known.value);
    if (const auto open = value.find('('); open != std::string_view::npos && value.back() == ')')
      value = value.substr(open + 1, value.size() - open - 2);
    if (!number) number = parse_unsigned(value);
    if (!number || *number > std::numeric_limits<int>::max()) return bad(pair.offset, "no terminal type");
    ber::Writer out;
    out.integer(ber::integer_tag, static_cast<std::int64_t>(*number));
    name_.extensions.push_back({attribute_terminal_type, out.finish()});
    return std::nullopt;
  }

  static void put_octets(ber::Writer& out, ber::Tag tag, std::string_view octets) {
    out.primitive(tag, as_bytes(octets));
  }

  static void put_parameter(ber::Writer& out, const TextPair& value, bool lines) {
    out.begin(set_tag);
    if (lines && !value.printable.empty()) {
      out.begin(ber::sequence_tag);
      for (std::size_t at = 0; at <= value.printable.size();) {
        const auto bar = std::min(value.printable.find('|', at), value.printable.size());
        put_text(out, printable_string_tag, std::string_view(value.printable).substr(at, bar - at));
        at = bar + 1;
      }
      out.end();
    } else if (!value.printable.empty()) {
      put_text(out, printable_string_tag, value.printable);
    }
    if (value.teletex) put_octets(out, teletex_string_tag, *value.teletex);
    out.end();
  }

  // Numbered ones stand at their numbers; the others most significant right, or left where inverted.
  static std::optional<Error> put_in_order(std::vector<Pair>& list, bool inverted) {
    const auto numbered = std::count_if(list.begin(), list.end(), [](const Pair& p) { return p.place > 0; });
    if (numbered == 0) {
      if (!inverted) std::reverse(list.begin(), list.end());
      return std::nullopt;
    }
    if (numbered != static_cast<std::ptrdiff_t>(list.size()))
      return bad(list[0].offset, "numbered and other attributes of one kind");
    std::sort(list.begin(), list.end(), [](const Pair& a, const Pair& b) { return a.place < b.place; });
    for (std::size_t i = 1; i < list.size(); ++i)
      if (list[i].place == list[i - 1].place) return bad(list[i].offset, "the same number twice");
    return std::nullopt;
  }

  void finish_units() {
    std::vector<std::string> teletex;
    for (auto& unit : units_) {
      if (unit.value.teletex) teletex.push_back(*unit.value.teletex);
      if (!unit.value.printable.empty()) name_.units.push_back(std::move(unit.value.printable));
    }
    if (teletex.empty()) return;
    ber::Writer out;
    out.begin(ber::sequence_tag);
    for (const auto& unit : teletex) put_octets(out, teletex_string_tag, unit);
    out.end();
    name_.extensions.push_back({attribute_teletex_units, out.finish()});
  }

  void finish_teletex() {
    const auto put = [this](int type, const std::optional<std::string>& value) {
      if (!value) return;
      ber::Writer out;
      put_octets(out, teletex_string_tag, *value);
      name_.extensions.push_back({type, out.finish()});
    };
    put(attribute_teletex_common_name, common_name_);
    put(attribute_teletex_organization, organization_);
    if (person_ == decltype(person_){}) return;
    ber::Writer out;
    out.begin(set_tag);
    for (std::uint32_t i = 0; i < person_.size(); ++i)
      if (person_[i]) put_octets(out, ber::context_tag(i, false), *person_[i]);
    out.end();
    name_.extensions.push_back({attribute_teletex_person, out.finish()});
  }

  std::optional<Error> finish_others() {
    if (!lines_.empty()) {
      if (seen_.count("PD-ADDRESS") != 0) return bad(0, "PD-ADDRESS beside its numbered lines");
      TextPair all;
      for (const auto& [place, line] : lines_) all.printable += (all.printable.empty() ? "" : "|") + line;
      ber::Writer out;
      put_parameter(out, all, true);
      name_.extensions.push_back({16, out.finish()});
    }
    if (!number_ && !sub_number_) return std::nullopt;
    if (!number_) return bad(network_offset_, "NET-SUB without NET-NUM");
    ber::Writer out;
    out.begin(ber::sequence_tag);
    put_text(out, ber::context_tag(0, false), *number_);
    if (sub_number_) put_text(out, ber::context_tag(1, false), *sub_number_);
    out.end();
    name_.extensions.push_back({attribute_network_address, out.finish()});
    return std::nullopt;
  }

  OrName name_;
  std::map<std::string, bool> seen_;
  std::vector<Pair> units_, domain_defined_;
  std::map<int, std::string> lines_;
  std::optional<std::string> common_name_, organization_, number_, sub_number_;
  std::array<std::optional<std::string>, 4> person_;
  Both both_;
  std::size_t network_offset_ = 0;
  bool organization_first_ = false;
};

}  // namespace

Result<OrName> parse_or_name(std::string_view text) {
  Builder builder;
  bool any = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = find_unquoted(text, "/;", at);
    const auto segment = text.substr(at, end - at);
    if (!trim(segment).empty()) {
      auto pair = read_pair(segment, at);
      if (!pair) return pair.error();
      if (auto e = builder.take(std::move(*pair))) return *std::move(e);
      any = true;
    }
    at = end + 1;
  }
  if (!any) return bad(0, "no attribute of an O/R address");
  return builder.finish();
}

Result<MtsId> parse_mts_id(std::string_view text) {
  const auto bad_id = [](std::size_t at, std::string why) { return error("bad_mts_id", at, std::move(why)); };
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return bad_id(0, "no brackets around it");
  const auto semicolon = find_unquoted(text, ";", 0);
  if (semicolon == text.size()) return bad_id(0, "no \";\" behind the domain");
  const auto domain = parse_or_name(text.substr(1, semicolon - 1));
  if (!domain) return bad_id(domain.error().offset + 1, domain.error().text);
  OrName only;
  only.country = domain->country;
  only.admd = domain->admd;
  only.prmd = domain->prmd;
  if (only != *domain || only.country.empty()) return bad_id(1, "a domain is C, ADMD and PRMD");
  MtsId out{{only.country, only.admd, only.prmd}, {}};
  const auto local = text.substr(semicolon + 1, text.size() - semicolon - 2);
  for (std::size_t i = 0; i < local.size();) {
    const auto length = braced_octets(local, i, out.local);
    if (length == 0) out.local += local[i];
    i += std::max<std::size_t>(length, 1);
  }
  if (out.local.empty() || out.local.size() > limits::mts_local_id)
    return bad_id(semicolon + 1, "a local identifier has 1 to 32 characters");
  return out;
}

}  // namespace longwire::x400
