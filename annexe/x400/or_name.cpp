// The BER of O/R names, domains and MTS identifiers (X.411; stanag4406.md 3). Their text forms: or_text.cpp.
#include "annexe/x400/or_name.hpp"

#include "annexe/x400/or_keys.hpp"
#include "base/ber_reader.hpp"

#include <algorithm>

namespace longwire::x400 {

using namespace ber;

namespace {

constexpr ber::Tag country_tag{ber::TagClass::application, 1, true};
constexpr ber::Tag admd_tag{ber::TagClass::application, 2, true};
constexpr ber::Tag domain_id_tag{ber::TagClass::application, 3, true};

std::optional<Error> read_text(const ber::Document& doc, std::optional<std::size_t> at, std::string& out) {
  if (!at) return std::nullopt;
  auto value = text(doc, *at);
  if (!value) return value.error();
  if (value->size() > limits::or_attribute)
    return error("bad_value", doc[*at].offset, "an attribute of an O/R name beyond any bound");
  out = std::move(*value);
  return std::nullopt;
}

// NumericString or PrintableString inside an explicit tag.
std::optional<Error> read_choice(const ber::Document& doc, std::optional<std::size_t> at, std::string& out) {
  if (!at) return std::nullopt;
  const auto inner = only_child(doc, *at);
  if (!inner) return inner.error();
  return read_text(doc, *inner, out);
}

// These SEQUENCEs have no place for what a later edition may add.
std::optional<Error> nothing_more(const Members& members) {
  if (auto e = members.check_duplicates()) return e;
  if (const auto rest = members.rest(); !rest.empty())
    return error("bad_tag", members.document()[rest.front()].offset, "an element that has no place there");
  return std::nullopt;
}

std::optional<Error> read_person(const ber::Document& doc, std::size_t index, PersonalName& out) {
  Members members(doc, index);
  std::uint32_t number = 0;
  for (auto* part : {&out.surname, &out.given, &out.initials, &out.generation})
    if (auto e = read_text(doc, members.take(ber::TagClass::context, number++), *part)) return e;
  return nothing_more(members);
}

std::optional<Error> read_units(const ber::Document& doc, std::size_t index, std::vector<std::string>& out) {
  for (const auto unit : doc.children(index)) {
    if (out.size() == limits::or_units)
      return error("bad_value", doc[unit].offset, "more organizational units than X.411 has");
    if (auto e = read_text(doc, unit, out.emplace_back())) return e;
  }
  return std::nullopt;
}

std::optional<Error> read_standard(const ber::Document& doc, std::size_t index, OrName& out) {
  Members members(doc, index);
  if (auto e = read_choice(doc, members.take(country_tag), out.country)) return e;
  if (auto e = read_choice(doc, members.take(admd_tag), out.admd)) return e;
  const auto context = [&](std::uint32_t number) { return members.take(ber::TagClass::context, number); };
  if (auto e = read_text(doc, context(0), out.x121)) return e;
  if (auto e = read_text(doc, context(1), out.terminal_id)) return e;
  if (auto e = read_choice(doc, context(2), out.prmd)) return e;
  if (auto e = read_text(doc, context(3), out.organization)) return e;
  if (auto e = read_text(doc, context(4), out.numeric_user_id)) return e;
  if (const auto person = context(5))
    if (auto e = read_person(doc, *person, out.person)) return e;
  if (const auto units = context(6))
    if (auto e = read_units(doc, *units, out.units)) return e;
  return nothing_more(members);
}

std::optional<Error> read_domain_defined(const ber::Document& doc, std::size_t index, OrName& out) {
  for (const auto attribute : doc.children(index)) {
    const auto parts = doc.children(attribute);
    if (out.domain_defined.size() == limits::or_domain_defined)
      return error("bad_value", doc[attribute].offset, "more domain-defined attributes than X.411 has");
    if (parts.size() != 2)
      return error("missing_element", doc[attribute].offset, "a domain-defined attribute is type and value");
    auto& [type, value] = out.domain_defined.emplace_back();
    if (auto e = read_text(doc, parts[0], type)) return e;
    if (auto e = read_text(doc, parts[1], value)) return e;
  }
  return std::nullopt;
}

std::optional<Error> read_extension(const ber::Document& doc, std::size_t index, OrName& out) {
  Members members(doc, index);
  const auto type = members.take(ber::TagClass::context, 0);
  const auto value = members.take(ber::TagClass::context, 1);
  if (!type || !value) return error("missing_element", doc[index].offset, "an extension attribute is type and value");
  if (auto e = nothing_more(members)) return e;
  const auto number = small_integer(doc, *type);
  if (!number) return number.error();
  const auto inner = only_child(doc, *value);
  if (!inner) return inner.error();
  const auto& tag = doc[*inner].tag;
  const bool is_printable = tag.cls == ber::TagClass::universal && tag.number == printable_string_tag.number;
  if (*number == attribute_common_name && is_printable && out.common_name.empty())
    return read_text(doc, *inner, out.common_name);
  out.extensions.push_back({*number, raw(doc, *inner)});
  return std::nullopt;
}

// Country, ADMD and PRMD: NumericString when they are all digits (RFC 2156 4.1.1).
void put_num_or_print(ber::Writer& out, std::string_view value) {
  const bool digits =
      !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  put_text(out, digits ? numeric_string_tag : printable_string_tag, value);
}

void put_choice(ber::Writer& out, ber::Tag tag, std::string_view value) {
  out.begin(tag);
  put_num_or_print(out, value);
  out.end();
}

void put_optional(ber::Writer& out, std::uint32_t number, std::string_view value) {
  if (!value.empty()) put_text(out, ber::context_tag(number, false), value);
}

void put_person(ber::Writer& out, const PersonalName& person) {
  if (person == PersonalName{}) return;
  out.begin(ber::context_tag(5, true));
  put_text(out, ber::context_tag(0, false), person.surname);  // the one member that is mandatory
  put_optional(out, 1, person.given);
  put_optional(out, 2, person.initials);
  put_optional(out, 3, person.generation);
  out.end();
}

void put_standard(ber::Writer& out, const OrName& name) {
  out.begin(ber::sequence_tag);
  if (!name.country.empty()) put_choice(out, country_tag, name.country);
  if (!name.admd.empty()) put_choice(out, admd_tag, name.admd);
  put_optional(out, 0, name.x121);
  put_optional(out, 1, name.terminal_id);
  if (!name.prmd.empty()) put_choice(out, ber::context_tag(2, true), name.prmd);
  put_optional(out, 3, name.organization);
  put_optional(out, 4, name.numeric_user_id);
  put_person(out, name.person);
  if (!name.units.empty()) {
    out.begin(ber::context_tag(6, true));
    for (const auto& unit : name.units) put_text(out, printable_string_tag, unit);
    out.end();
  }
  out.end();
}

void put_extension(ber::Writer& out, int type, ByteView value) {
  out.begin(ber::sequence_tag);
  out.integer(ber::context_tag(0, false), type);
  out.begin(ber::context_tag(1, true));
  out.raw(value);
  out.end();
  out.end();
}

void put_extensions(ber::Writer& out, const OrName& name) {
  if (name.common_name.empty() && name.extensions.empty()) return;
  out.begin(set_tag);
  if (!name.common_name.empty()) {
    ber::Writer value;
    put_text(value, printable_string_tag, name.common_name);
    put_extension(out, attribute_common_name, value.finish());
  }
  for (const auto& attribute : name.extensions) put_extension(out, attribute.type, attribute.value);
  out.end();
}

}  // namespace

bool OrName::empty() const { return *this == OrName{}; }

Result<OrName> read_or_name(const ber::Document& doc, std::size_t index) {
  OrName out;
  Members members(doc, index);
  const auto standard = members.take(ber::sequence_tag);
  if (!standard) return error("missing_element", doc[index].offset, "an O/R name without standard attributes");
  if (auto e = read_standard(doc, *standard, out)) return *std::move(e);
  if (const auto domain_defined = members.take(ber::sequence_tag))
    if (auto e = read_domain_defined(doc, *domain_defined, out)) return *std::move(e);
  if (const auto extensions = members.take(set_tag))
    for (const auto extension : doc.children(*extensions))
      if (auto e = read_extension(doc, extension, out)) return *std::move(e);
  if (const auto directory = members.take(ber::TagClass::context, 0)) out.directory_name = raw(doc, *directory);
  if (auto e = nothing_more(members)) return *std::move(e);
  return out;
}

void write(ber::Writer& out, ber::Tag tag, const OrName& name) {
  out.begin(tag);
  put_standard(out, name);
  if (!name.domain_defined.empty()) {
    out.begin(ber::sequence_tag);
    for (const auto& [type, value] : name.domain_defined) {
      out.begin(ber::sequence_tag);
      put_text(out, printable_string_tag, type);
      put_text(out, printable_string_tag, value);
      out.end();
    }
    out.end();
  }
  put_extensions(out, name);
  out.raw(name.directory_name);
  out.end();
}

Result<GlobalDomainId> read_domain_id(const ber::Document& doc, std::size_t index) {
  GlobalDomainId out;
  Members members(doc, index);
  const auto country = members.take(country_tag);
  const auto admd = members.take(admd_tag);
  if (!country || !admd) return error("missing_element", doc[index].offset, "a domain is at least country and ADMD");
  if (auto e = read_choice(doc, country, out.country)) return *std::move(e);
  if (auto e = read_choice(doc, admd, out.admd)) return *std::move(e);
  if (out.admd.empty()) out.admd = " ";  // none (RFC 2156 4.1)
  auto prmd = members.take(printable_string_tag);
  if (!prmd) prmd = members.take(numeric_string_tag);
  if (auto e = read_text(doc, prmd, out.prmd)) return *std::move(e);
  if (auto e = nothing_more(members)) return *std::move(e);
  return out;
}

void write(ber::Writer& out, const GlobalDomainId& domain) {
  out.begin(domain_id_tag);
  // Both are mandatory: a domain without ADMD has one of one space (RFC 2156 4.1).
  put_choice(out, country_tag, domain.country);
  put_choice(out, admd_tag, domain.admd.empty() ? std::string_view(" ") : std::string_view(domain.admd));
  if (!domain.prmd.empty()) put_num_or_print(out, domain.prmd);
  out.end();
}

Result<MtsId> read_mts_id(const ber::Document& doc, std::size_t index) {
  MtsId out;
  Members members(doc, index);
  const auto domain = members.take(domain_id_tag);
  const auto local = members.take(ia5_string_tag);
  if (!domain || !local)
    return error("missing_element", doc[index].offset, "an MTS identifier is a domain and a local identifier");
  auto id = read_domain_id(doc, *domain);
  if (!id) return id.error();
  out.domain = std::move(*id);
  if (auto e = read_text(doc, local, out.local)) return *std::move(e);
  if (out.local.empty() || out.local.size() > limits::mts_local_id)
    return error("bad_value", doc[*local].offset, "a local identifier has 1 to 32 characters");
  if (auto e = nothing_more(members)) return *std::move(e);
  return out;
}

void write(ber::Writer& out, ber::Tag tag, const MtsId& id) {
  out.begin(tag);
  write(out, id.domain);
  put_text(out, ia5_string_tag, id.local);
  out.end();
}

}  // namespace longwire::x400
