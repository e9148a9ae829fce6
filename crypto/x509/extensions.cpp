#include "crypto/x509/extensions.hpp"

#include "base/limits.hpp"
#include "base/utf8.hpp"
#include "crypto/x509/extension_oids.hpp"

#include <algorithm>
#include <array>

namespace longwire::crypto {

namespace {

using ber::context_tag;

// Critical or not, these say nothing that a path is refused for: where CRLs lie (ours are configured), under which
// policies (any is taken, RFC 5280 6.1.1 d), further names of the issuer.
constexpr std::array harmless{oid::private_key_usage_period, oid::issuer_alt_name, oid::crl_distribution_points,
                              oid::certificate_policies,     oid::freshest_crl,    oid::inhibit_any_policy,
                              oid::authority_info_access};

Result<Extension> read_extension(const ber::Document& doc, std::size_t index) {
  Extension out;
  out.offset = doc[index].offset;
  ber::Fields in(doc, index);
  in.required(ber::oid_tag, "type of the extension", read_oid, out.oid);
  in.optional(ber::boolean_tag, ber::boolean, out.critical);
  in.required(ber::octet_string_tag, "value of the extension", read_octets, out.value);
  return in.finish(std::move(out));
}

Result<std::uint16_t> read_usage(const ber::Document& doc, std::size_t index) {
  const auto bits = ber::bits(doc, index);
  if (!bits) return bits.error();
  std::uint16_t out = 0;  // bit n as 1 << n, as key_usage has it
  for (unsigned n = 0; n < 16; ++n)
    if ((*bits >> (15 - n) & 1) != 0) out = static_cast<std::uint16_t>(out | 1U << n);
  return out;
}

struct BasicConstraints {
  bool is_ca = false;
  std::optional<int> path_length;
};
Result<BasicConstraints> read_basic_constraints(const ber::Document& doc, std::size_t index) {
  BasicConstraints out;
  ber::Fields in(doc, index);
  in.optional(ber::boolean_tag, ber::boolean, out.is_ca);
  in.optional(ber::integer_tag, ber::small_integer, out.path_length);
  if (out.path_length && *out.path_length < 0) in.fail(error("bad_value", 0, "a path length below zero"));
  return in.finish(out);
}

Result<std::string> read_ascii(const ber::Document& doc, std::size_t index) { return ber::text(doc, index); }

// otherName of RFC 8398: an address with a local part in UTF-8. Others give nothing.
Result<std::optional<std::string>> read_other_name(const ber::Document& doc, std::size_t index) {
  const auto members = doc.children(index);
  if (members.size() != 2) return error("bad_value", doc[index].offset, "an otherName without its two members");
  const auto type = ber::tagged(ber::oid_tag, read_oid)(doc, members[0]);
  if (!type) return type.error();
  if (*type != oid::smtp_utf8_mailbox) return std::nullopt;
  const auto value = ber::only_child(doc, members[1]);
  if (!value) return value.error();
  const auto octets = ber::tagged(utf8_string_tag, read_octets)(doc, *value);
  if (!octets) return octets.error();
  if (!is_utf8(as_text(*octets))) return error("bad_string", doc[*value].offset, "an address that is not UTF-8");
  return std::string(as_text(*octets));
}

std::optional<Error> take_name(const ber::Document& doc, std::size_t index, Certificate& out) {
  const auto& tag = doc[index].tag;
  if (tag.cls != ber::TagClass::context || tag.number > 8) return error("bad_tag", doc[index].offset, "no GeneralName");
  const auto add = [](auto& list, auto value) -> std::optional<Error> {
    if (!value) return value.error();
    list.push_back(*std::move(value));
    return std::nullopt;
  };
  switch (tag.number) {
    case 0: {
      const auto mailbox = read_other_name(doc, index);
      if (!mailbox) return mailbox.error();
      if (*mailbox) out.addresses.push_back(**mailbox);
      return std::nullopt;
    }
    case 1:
      return add(out.addresses, read_ascii(doc, index));
    case 2:
      return add(out.dns_names, read_ascii(doc, index));
    case 3: {  // IMPLICIT ORAddress, a SEQUENCE: its own tag is put back
      ber::Writer address;
      address.begin(ber::sequence_tag);
      address.raw(doc.content(index));
      address.end();
      out.x400_addresses.emplace_back(as_text(address.finish()));
      return std::nullopt;
    }
    case 7: {
      const auto octets = read_octets(doc, index);
      if (octets && octets->size() != 4 && octets->size() != 16)
        return error("bad_value", doc[index].offset, "an IP address of neither 4 nor 16 octets");
      return add(out.ip_addresses, octets);
    }
    default:
      return std::nullopt;  // EDI party, directory name, URI, registered id: nothing here asks for them
  }
}

std::optional<Error> take_names(ByteView value, Certificate& out) {
  const auto doc = ber::Document::read(value);
  if (!doc) return doc.error();
  if (doc->octets() != value.size() || (*doc)[0].tag != ber::sequence_tag)
    return error("bad_tag", 0, "a subjectAltName that is no list of names");
  const auto names = doc->children(0);
  if (names.size() > limits::certificate_names) return error("bad_value", 0, "more names than taken");
  for (const auto name : names)
    if (auto e = take_name(*doc, name, out)) return e;
  return std::nullopt;
}

// One GeneralSubtree; minimum and maximum are those every certificate has, 0 and none (RFC 5280 4.2.1.10).
std::optional<Error> take_tree(const ber::Document& doc, std::size_t index, NameTrees& out) {
  const auto members = doc.children(index);
  if (members.size() != 1) return error("bad_value", doc[index].offset, "a subtree with minimum or maximum");
  const auto base = members[0];
  const auto& tag = doc[base].tag;
  const auto text = tag.number == 1 || tag.number == 2 ? read_ascii(doc, base) : Result<std::string>(std::string());
  if (!text) return text.error();
  if (tag.cls != ber::TagClass::context) return error("bad_tag", doc[base].offset, "no GeneralName");
  switch (tag.number) {
    case 1:
      out.mail.push_back(*text);
      return std::nullopt;
    case 2:
      out.dns.push_back(*text);
      return std::nullopt;
    case 4: {
      const auto name = ber::only_child(doc, base);
      if (!name) return name.error();
      out.directory.push_back(ber::raw(doc, *name));
      return std::nullopt;
    }
    case 7: {
      const auto octets = read_octets(doc, base);
      if (!octets || (octets->size() != 8 && octets->size() != 32))
        return error("bad_value", doc[base].offset, "no IP address with its mask");
      out.ip.push_back(*octets);
      return std::nullopt;
    }
    default:
      return error("unknown_name_form", doc[base].offset, "a subtree of a kind of name we do not have");
  }
}

Result<NameConstraints> read_name_constraints(const ber::Document& doc, std::size_t index) {
  NameConstraints out;
  ber::Fields in(doc, index);
  const auto trees = [](NameTrees& into) {
    return [&into](const ber::Document& d, std::size_t list) -> std::optional<Error> {
      for (const auto child : d.children(list))
        if (auto e = take_tree(d, child, into)) return e;
      return std::nullopt;
    };
  };
  in.constructed(context_tag(0, true), trees(out.permitted));
  in.constructed(context_tag(1, true), trees(out.excluded));
  return in.finish(std::move(out));
}

// Attributes other than clearances do not concern us; one broken clearance spoils the certificate.
Result<std::vector<Clearance>> read_clearances(const ber::Document& doc, std::size_t index) {
  std::vector<Clearance> out;
  for (const auto attribute : doc.children(index)) {
    const auto members = doc.children(attribute);
    if (members.size() != 2) return error("bad_value", doc[attribute].offset, "no attribute");
    const auto type = ber::tagged(ber::oid_tag, read_oid)(doc, members[0]);
    if (!type) return type.error();
    if (*type != oid::clearance && *type != oid::clearance_rfc3281) continue;
    auto values = ber::tagged(ber::set_tag, [](const auto& d, auto i) {
      return ber::read_list(d, i, ber::tagged(ber::sequence_tag, read_clearance));
    })(doc, members[1]);
    if (!values) return values.error();
    out.insert(out.end(), values->begin(), values->end());
  }
  return out;
}

template <class Read, class T>
std::optional<Error> take(ByteView value, Read read, T& into) {
  auto read_in = read_value(value, read);
  if (!read_in) return read_in.error();
  into = *std::move(read_in);
  return std::nullopt;
}

std::optional<Error> take_basic_constraints(ByteView value, Certificate& out) {
  BasicConstraints basic;
  if (auto e = take(value, ber::tagged(ber::sequence_tag, read_basic_constraints), basic)) return e;
  out.is_ca = basic.is_ca;
  out.path_length = basic.path_length;
  return std::nullopt;
}

// A constraint on names we cannot judge is like an extension we do not know (RFC 5280 4.2.1.10).
std::optional<Error> take_name_constraints(const Extension& extension, Certificate& out) {
  auto e = take(extension.value, ber::tagged(ber::sequence_tag, read_name_constraints), out.name_constraints);
  if (!e || e->name != "unknown_name_form") return e;
  if (extension.critical) out.unknown_critical.push_back(extension.oid);
  return std::nullopt;
}

std::optional<Error> take_usage_oids(ByteView value, Certificate& out) {
  const auto list = [](const auto& doc, auto index) {
    return ber::read_list(doc, index, ber::tagged(ber::oid_tag, read_oid));
  };
  if (auto e = take(value, list, out.extended_usage)) return e;
  if (out.extended_usage.empty() || out.extended_usage.size() > limits::certificate_names)
    return error("bad_value", 0, "an extendedKeyUsage of no or too many purposes");
  return std::nullopt;
}

std::optional<Error> apply(const Extension& extension, Certificate& out) {
  const auto& value = extension.value;
  if (extension.oid == oid::subject_key_identifier)
    return take(value, ber::tagged(ber::octet_string_tag, read_octets), out.subject_key_id);
  if (extension.oid == oid::authority_key_identifier)
    return take(value, ber::tagged(ber::sequence_tag, read_authority_key_id), out.authority_key_id);
  if (extension.oid == oid::key_usage) return take(value, ber::tagged(ber::bit_string_tag, read_usage), out.usage);
  if (extension.oid == oid::extended_key_usage) return take_usage_oids(value, out);
  if (extension.oid == oid::basic_constraints) return take_basic_constraints(value, out);
  if (extension.oid == oid::subject_alt_name) return take_names(value, out);
  if (extension.oid == oid::name_constraints) return take_name_constraints(extension, out);
  if (extension.oid == oid::subject_directory_attributes) return take(value, read_clearances, out.clearances);
  if (extension.critical && std::find(harmless.begin(), harmless.end(), extension.oid) == harmless.end())
    out.unknown_critical.push_back(extension.oid);
  return std::nullopt;
}

}  // namespace

Result<Bytes> read_authority_key_id(const ber::Document& doc, std::size_t index) {
  Bytes out;
  ber::Fields in(doc, index);
  in.optional(context_tag(0, false), read_octets, out);
  if (auto e = in.pass_over()) return *std::move(e);
  return out;
}

Result<std::vector<Extension>> read_extension_list(const ber::Document& doc, std::size_t index) {
  auto out = ber::read_list(doc, index, ber::tagged(ber::sequence_tag, read_extension));
  if (!out) return out;
  std::vector<std::string_view> oids;
  for (const auto& extension : *out) oids.push_back(extension.oid);
  std::sort(oids.begin(), oids.end());
  if (std::adjacent_find(oids.begin(), oids.end()) != oids.end())  // RFC 5280 4.2: not more than one
    return error("duplicate_extension", doc[index].offset, "an extension stands there twice");
  return out;
}

std::optional<Error> apply_extensions(const std::vector<Extension>& extensions, Certificate& out) {
  for (const auto& extension : extensions)
    if (auto e = apply(extension, out))
      return error(e->name, extension.offset, "extension " + extension.oid + ": " + e->text);
  return std::nullopt;
}

}  // namespace longwire::crypto
