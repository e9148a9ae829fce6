// O/R addresses and MTS identifiers as text (RFC 2156 4.1, 4.3.3; stanag4406.md 6.1). Reading: or_parse.cpp.
#include "annexe/x400/or_keys.hpp"
#include "base/ber_reader.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace longwire::x400 {

using namespace ber;

namespace {

void append_octet(std::string& out, unsigned char octet) {
  out += '{';
  for (const int unit : {100, 10, 1}) out += static_cast<char>('0' + octet / unit % 10);
  out += '}';
}

// What the text form gives a meaning of its own is quoted; braces and what cannot be printed stand as octets in
// braces, so that every value comes back and no line can end in an address.
std::string quoted(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet >= 0x7F || c == '{' || c == '}') {
      append_octet(out, octet);
    } else {
      if (std::string_view("/=;$*").find(c) != std::string_view::npos) out += '$';
      out += c;
    }
  }
  return out;
}

std::string quoted(const TextPair& pair) {
  // One form alone is written as the printable one if it says the same (RFC 2156 4.1.1).
  if (!pair.teletex || *pair.teletex == pair.printable) return quoted(pair.printable);
  return quoted(pair.printable) + '*' + quoted(*pair.teletex);
}

bool is_universal(const ber::Document& doc, std::size_t index, ber::Tag tag) {
  return doc[index].tag.cls == tag.cls && doc[index].tag.number == tag.number;
}

std::optional<std::string> octets_of(const ber::Document& doc, std::size_t index) {
  const auto octets = doc.octet_string(index);
  if (!octets) return std::nullopt;
  return std::string(octets->begin(), octets->end());
}

std::optional<std::string> string_of(const ber::Document& doc, std::size_t index, ber::Tag tag) {
  return is_universal(doc, index, tag) ? octets_of(doc, index) : std::nullopt;
}

// SET { PrintableString OPTIONAL, TeletexString OPTIONAL }, the first one a list of lines where `lines`.
std::optional<TextPair> parameter(const ber::Document& doc, bool lines) {
  TextPair out;
  if (!is_universal(doc, 0, set_tag)) return std::nullopt;
  for (const auto child : doc.children(0)) {
    if (auto teletex = string_of(doc, child, teletex_string_tag)) {
      out.teletex = std::move(teletex);
    } else if (const auto printable = string_of(doc, child, printable_string_tag); printable && !lines) {
      out.printable = *printable;
    } else if (lines && is_universal(doc, child, ber::sequence_tag)) {
      for (const auto line : doc.children(child)) {
        const auto text = string_of(doc, line, printable_string_tag);
        if (!text || text->find('|') != std::string::npos) return std::nullopt;
        out.printable += (out.printable.empty() ? "" : "|") + *text;
      }
    } else {
      return std::nullopt;
    }
  }
  return out;
}

class Text {
 public:
  explicit Text(const OrName& name) : name_(name) {
    for (const auto& attribute : name_.extensions) sort_out(attribute);
  }

  std::string write() {
    for (auto dd = name_.domain_defined.rbegin(); dd != name_.domain_defined.rend(); ++dd) {
      const bool short_form = iequals(dd->first, "RFC-822");
      put(short_form ? "RFC-822" : "DD." + quoted(dd->first), quoted(dd->second));
    }
    others_ += out_;
    out_ = std::move(others_);
    put_pair("CN", {name_.common_name, common_name_});
    put_pair("G", {name_.person.given, person_[1]});
    put_pair("I", {name_.person.initials, person_[2]});
    put_pair("S", {name_.person.surname, person_[0]});
    put_pair("GQ", {name_.person.generation, person_[3]});
    put_value("UA-ID", name_.numeric_user_id);
    put_value("T-ID", name_.terminal_id);
    put_value("X121", name_.x121);
    for (auto i = std::max(name_.units.size(), units_.size()); i > 0; --i)
      put("OU", quoted(TextPair{i <= name_.units.size() ? name_.units[i - 1] : "",
                                i <= units_.size() ? std::optional(units_[i - 1]) : std::nullopt}));
    put_pair("O", {name_.organization, organization_});
    put_value("PRMD", name_.prmd);
    put_value("ADMD", name_.admd);
    put_value("C", name_.country);
    return out_.empty() ? "/" : out_ + '/';
  }

 private:
  void put(std::string_view key, std::string_view value) {
    ((out_ += '/') += key) += '=';
    out_ += value;
  }
  void put_value(std::string_view key, const std::string& value) {
    if (!value.empty()) put(key, quoted(value));
  }
  void put_pair(std::string_view key, const TextPair& pair) {
    if (!pair.printable.empty() || pair.teletex) put(key, quoted(pair));
  }
  void put_other(std::string_view key, std::string_view value) {
    ((others_ += '/') += key) += '=';
    others_ += value;
  }

  void sort_out(const RawAttribute& attribute) {
    const auto doc = ber::Document::read(attribute.value);
    const bool whole = doc && doc->octets() == attribute.value.size();
    if (whole && (teletex(attribute.type, *doc) || keyed(attribute.type, *doc) || numbered(attribute.type, *doc)))
      return;
    put_other(std::string(raw_key) + std::to_string(attribute.type), to_hex(attribute.value));
  }

  // The teletex variants of standard attributes, which stand beside those.
  bool teletex(int type, const ber::Document& doc) {
    if (type == attribute_teletex_common_name && !common_name_)
      return (common_name_ = string_of(doc, 0, teletex_string_tag)).has_value();
    if (type == attribute_teletex_organization && !organization_)
      return (organization_ = string_of(doc, 0, teletex_string_tag)).has_value();
    if (type == attribute_teletex_units && units_.empty() && is_universal(doc, 0, ber::sequence_tag)) {
      for (const auto child : doc.children(0)) {
        const auto unit = string_of(doc, child, teletex_string_tag);
        if (!unit) return units_.clear(), false;
        units_.push_back(*unit);
      }
      return !units_.empty();
    }
    if (type != attribute_teletex_person || person_ != decltype(person_){} || !is_universal(doc, 0, set_tag))
      return false;
    decltype(person_) parts;
    for (const auto child : doc.children(0)) {
      const auto& tag = doc[child].tag;
      auto part = octets_of(doc, child);
      if (tag.cls != ber::TagClass::context || tag.number > 3 || parts[tag.number] || !part) return false;
      parts[tag.number] = std::move(part);
    }
    person_ = std::move(parts);
    return person_ != decltype(person_){};
  }

  bool keyed(int type, const ber::Document& doc) {
    const auto* found = std::find_if(attribute_keys.begin(), attribute_keys.end(),
                                     [type](const AttributeKey& key) { return key.type == type; });
    if (found == attribute_keys.end()) return false;
    std::optional<TextPair> value;
    switch (found->form) {
      case AttributeForm::choice:
      case AttributeForm::printable: {
        auto text = string_of(doc, 0, printable_string_tag);
        if (!text && found->form == AttributeForm::choice) text = string_of(doc, 0, numeric_string_tag);
        if (text) value = TextPair{*text, std::nullopt};
        break;
      }
      case AttributeForm::parameter:
        value = parameter(doc, false);
        break;
      case AttributeForm::lines:
        value = parameter(doc, true);
        break;
    }
    if (value) put_other(found->key, quoted(*value));
    return value.has_value();
  }

  bool numbered(int type, const ber::Document& doc) {
    if (type == attribute_terminal_type) {
      const auto number = is_universal(doc, 0, ber::integer_tag) ? doc.integer(0) : error("bad_tag");
      if (!number) return false;
      std::string label;
      for (const auto& known : terminal_types)
        if (known.value == *number) label = known.name;
      put_other("T-TY", label + '(' + std::to_string(*number) + ')');
      return true;
    }
    if (type != attribute_network_address || !is_universal(doc, 0, ber::sequence_tag)) return false;
    const auto parts = doc.children(0);
    if (parts.empty() || parts.size() > 2) return false;
    std::vector<std::string> texts;
    for (std::uint32_t i = 0; i < parts.size(); ++i) {
      const auto part = string_of(doc, parts[i], ber::context_tag(i, false));
      if (!part) return false;
      texts.push_back(*part);
    }
    put_other("NET-NUM", quoted(texts[0]));
    if (texts.size() == 2) put_other("NET-SUB", quoted(texts[1]));
    return true;
  }

  const OrName& name_;
  std::string out_;
  std::string others_;
  std::optional<std::string> common_name_, organization_;
  std::vector<std::string> units_;
  std::array<std::optional<std::string>, 4> person_;
};

// As X.400 compares: case and the number of spaces do not count.
std::string folded(std::string_view value) {
  std::string out;
  for (const char c : trim(value))
    if (c != ' ' || out.back() != ' ') out += c;
  return to_lower(out);
}

bool same(std::string_view a, std::string_view b) { return folded(a) == folded(b); }

}  // namespace

bool OrName::matches(const OrName& other) const {
  const auto pair_same = [](const auto& a, const auto& b) {
    return same(a.first, b.first) && same(a.second, b.second);
  };
  return same(country, other.country) && same(admd, other.admd) && same(prmd, other.prmd) &&
         same(organization, other.organization) && same(common_name, other.common_name) && same(x121, other.x121) &&
         same(terminal_id, other.terminal_id) && same(numeric_user_id, other.numeric_user_id) &&
         same(person.surname, other.person.surname) && same(person.given, other.person.given) &&
         same(person.initials, other.person.initials) && same(person.generation, other.person.generation) &&
         std::equal(units.begin(), units.end(), other.units.begin(), other.units.end(), same) &&
         std::equal(domain_defined.begin(), domain_defined.end(), other.domain_defined.begin(),
                    other.domain_defined.end(), pair_same) &&
         extensions == other.extensions;
}

std::string to_text(const OrName& name) { return Text(name).write(); }

std::string to_string(const MtsId& id) {
  OrName domain;
  domain.country = id.domain.country;
  domain.admd = id.domain.admd;
  domain.prmd = id.domain.prmd;
  std::string local;
  for (const char c : id.local) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet >= 0x7F || c == '{') append_octet(local, octet);
    else local += c;
  }
  return '[' + to_text(domain) + ';' + local + ']';
}

}  // namespace longwire::x400
