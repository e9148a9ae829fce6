#include "annexe/gateway/residue.hpp"

#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/field_list.hpp"
#include "annexe/gateway/headings.hpp"
#include "base/base64.hpp"
#include "base/text.hpp"
#include "mail/base64.hpp"

#include <algorithm>
#include <set>

namespace longwire::gateway {

namespace {

using x400::Heading;
using x400::IpmId;
using x400::OrDescriptor;
using x400::RecipientSpecifier;

constexpr std::string_view no_id = "-";  // this-IPM is mandatory; a residue need not speak of it
constexpr std::string_view mmhs_arc = "1.3.26.0.4406.0.2.";

// Compares and, where something differs, copies.
class Comparer {
 public:
  explicit Comparer(const Settings& settings) : map_(settings.addresses), settings_(settings) {}

  bool same(const x400::OrName& a, const x400::OrName& b) const {
    if (a == b) return true;
    const auto holds_mail = [](const auto& dda) { return iequals(dda.first, "RFC-822"); };
    const bool mail = std::any_of(a.domain_defined.begin(), a.domain_defined.end(), holds_mail);
    return mail && a.directory_name == b.directory_name && map_.to_rfc822(a) == map_.to_rfc822(b);
  }
  bool same(const std::optional<x400::OrName>& a, const std::optional<x400::OrName>& b) const {
    return a && b ? same(*a, *b) : !a && !b;
  }
  bool same(const IpmId& a, const IpmId& b) const {
    if (a == b) return true;
    const auto text = from_id(a);
    return text == from_id(b) && !text.ends_with("@MHS>");
  }
  bool same(const OrDescriptor& a, const OrDescriptor& b) const {
    return same(a.formal, b.formal) && a.free_form == b.free_form && a.telephone == b.telephone;
  }
  bool same(const std::optional<IpmId>& a, const std::optional<IpmId>& b) const {
    return a && b ? same(*a, *b) : !a && !b;
  }
  bool same(const std::optional<OrDescriptor>& a, const std::optional<OrDescriptor>& b) const {
    return a && b ? same(*a, *b) : !a && !b;
  }
  bool same(const RecipientSpecifier& a, const RecipientSpecifier& b) const {
    auto x = a;
    x.recipient = b.recipient;
    return x == b && same(a.recipient, b.recipient);
  }
  template <class T>
  bool same(const std::vector<T>& a, const std::vector<T>& b) const {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [this](const T& x, const T& y) { return same(x, y); });
  }

 private:
  std::string from_id(const IpmId& id) const { return to_message_id(id, settings_); }

  const AddressMap& map_;
  const Settings& settings_;
};

template <class T>
void keep(bool same, const T& actual, T& target, bool& any) {
  if (same) return;
  target = actual;
  any = true;
}
template <class T>
void keep_plain(const T& actual, const T& written, T& target, bool& any) {
  keep(actual == written, actual, target, any);
}

// Recipients one by one: an element left empty stands for "as the field says".
void keep_recipients(const std::vector<RecipientSpecifier>& actual, const std::vector<RecipientSpecifier>& written,
                     const Comparer& compare, std::vector<RecipientSpecifier>& target, bool& any) {
  if (compare.same(actual, written)) return;
  any = true;
  target = actual;
  if (actual.size() != written.size()) return;
  for (std::size_t i = 0; i < target.size(); ++i) {
    auto& t = target[i];
    const auto& w = written[i];
    if (compare.same(t, w)) {
      t = {};
      continue;
    }
    // Nothing asked of this one, though the fields say something: it must not look like an element left empty.
    auto flags = t;
    flags.recipient = {};
    if (compare.same(t.recipient, w.recipient) && !(flags == RecipientSpecifier{})) t.recipient = {};
  }
}

void keep_mmhs(const x400::MmhsExtensions& a, const x400::MmhsExtensions& w, x400::MmhsExtensions& r, bool& any) {
  keep_plain(a.primary_precedence, w.primary_precedence, r.primary_precedence, any);
  keep_plain(a.copy_precedence, w.copy_precedence, r.copy_precedence, any);
  keep_plain(a.message_type, w.message_type, r.message_type, any);
  keep_plain(a.address_lists, w.address_lists, r.address_lists, any);
  keep_plain(a.authorisation_time, w.authorisation_time, r.authorisation_time, any);
  keep_plain(a.sics, w.sics, r.sics, any);
  keep_plain(a.distribution_extensions, w.distribution_extensions, r.distribution_extensions, any);
  keep_plain(a.handling, w.handling, r.handling, any);
  keep_plain(a.instructions, w.instructions, r.instructions, any);
  keep_plain(a.codress, w.codress, r.codress, any);
  keep_plain(a.originator_reference, w.originator_reference, r.originator_reference, any);
  keep_plain(a.other_recipients, w.other_recipients, r.other_recipients, any);
  keep_plain(a.pilot, w.pilot, r.pilot, any);
  keep_plain(a.acp127_id, w.acp127_id, r.acp127_id, any);
  keep_plain(a.originator_plad, w.originator_plad, r.originator_plad, any);
  keep_plain(a.information_labels, w.information_labels, r.information_labels, any);
}

std::vector<x400::HeadingExtension> extensions_of(const Heading& h) {
  auto out = h.extensions;
  // These two are no loss: one is header fields itself, the other comes back as the MIME structure.
  std::erase_if(out, [](const auto& e) { return e.oid == field_list_oid || is_multipart_extension(e); });
  return out;
}

std::vector<std::string> discarded_of(const Heading& r) {
  std::vector<std::string> out;
  std::set<std::string> named;
  const auto name = [&](bool there, const std::string& oid) {
    if (there && named.insert(oid).second) out.push_back(oid);
  };
  const auto mmhs = [](int n) { return std::string(mmhs_arc) + std::to_string(n); };
  name(!r.mmhs.address_lists.empty(), mmhs(3));
  name(!r.mmhs.distribution_extensions.empty(), mmhs(6));
  name(!r.mmhs.pilot.empty(), mmhs(12));
  for (const auto* list : {&r.primary, &r.copy, &r.blind_copy})
    for (const auto& recipient : *list) {
      name(recipient.acp127_request != 0, mmhs(15));
      for (const auto& e : recipient.extensions) name(true, e.oid);
    }
  name(!r.mmhs.information_labels.empty(), mmhs(17));
  for (const auto& e : r.extensions) name(true, e.oid);
  return out;
}

void overlay(std::vector<RecipientSpecifier>& list, const std::vector<RecipientSpecifier>& residue) {
  if (residue.empty()) return;
  if (residue.size() != list.size()) {
    list = residue;
    return;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (residue[i] == RecipientSpecifier{}) continue;
    auto descriptor = residue[i].recipient == OrDescriptor{} ? list[i].recipient : residue[i].recipient;
    list[i] = residue[i];
    list[i].recipient = std::move(descriptor);
  }
}

template <class T>
void overlay_value(T& value, const T& residue) {
  if (!(residue == T{})) value = residue;
}

bool same_mmhs(const x400::MmhsExtensions& a, const x400::MmhsExtensions& b, const Comparer& compare) {
  auto x = a;
  x.exempted = b.exempted;
  return x == b && compare.same(a.exempted, b.exempted);
}

}  // namespace

bool same_heading(const Heading& a, const Heading& b, const Settings& settings) {
  const Comparer c(settings);
  return c.same(a.this_id, b.this_id) && c.same(a.originator, b.originator) && c.same(a.authorizing, b.authorizing) &&
         c.same(a.primary, b.primary) && c.same(a.copy, b.copy) && c.same(a.blind_copy, b.blind_copy) &&
         c.same(a.replied_to, b.replied_to) && c.same(a.obsoleted, b.obsoleted) && c.same(a.related, b.related) &&
         a.subject == b.subject && a.expiry == b.expiry && a.reply_by == b.reply_by && c.same(a.reply_to, b.reply_to) &&
         a.importance == b.importance && a.sensitivity == b.sensitivity && a.auto_forwarded == b.auto_forwarded &&
         same_mmhs(a.mmhs, b.mmhs, c) && extensions_of(a) == extensions_of(b) && a.unknown == b.unknown;
}

Residue residue_of(const Heading& h, const Heading& w, const Settings& settings) {
  const Comparer compare(settings);
  Heading r;
  r.this_id.local = no_id;
  bool any = false;
  keep(compare.same(h.this_id, w.this_id), h.this_id, r.this_id, any);
  keep(compare.same(h.originator, w.originator), h.originator, r.originator, any);
  keep(compare.same(h.authorizing, w.authorizing), h.authorizing, r.authorizing, any);
  keep_recipients(h.primary, w.primary, compare, r.primary, any);
  keep_recipients(h.copy, w.copy, compare, r.copy, any);
  keep_recipients(h.blind_copy, w.blind_copy, compare, r.blind_copy, any);
  keep(compare.same(h.replied_to, w.replied_to), h.replied_to, r.replied_to, any);
  keep(compare.same(h.obsoleted, w.obsoleted), h.obsoleted, r.obsoleted, any);
  keep(compare.same(h.related, w.related), h.related, r.related, any);
  keep(compare.same(h.reply_to, w.reply_to), h.reply_to, r.reply_to, any);
  keep(compare.same(h.mmhs.exempted, w.mmhs.exempted), h.mmhs.exempted, r.mmhs.exempted, any);
  keep_plain(h.subject, w.subject, r.subject, any);
  keep_plain(h.expiry, w.expiry, r.expiry, any);
  keep_plain(h.reply_by, w.reply_by, r.reply_by, any);
  keep_plain(h.importance, w.importance, r.importance, any);
  keep_plain(h.sensitivity, w.sensitivity, r.sensitivity, any);
  keep_mmhs(h.mmhs, w.mmhs, r.mmhs, any);
  const auto carried = extensions_of(w);
  for (const auto& e : extensions_of(h))
    if (std::find(carried.begin(), carried.end(), e) == carried.end()) keep(false, e, r.extensions.emplace_back(), any);
  keep_plain(h.unknown, w.unknown, r.unknown, any);
  if (!any) return {};
  x400::Ipm ipm;
  ipm.heading = std::move(r);
  Residue out;
  out.discarded = discarded_of(ipm.heading);
  out.value = base64_encode(x400::encode_p772(ipm));
  return out;
}

std::optional<Heading> decode_residue(std::string_view base64) {
  const auto octets = mail::base64_decode(base64);
  if (!octets.clean) return std::nullopt;
  auto content = x400::decode_p772(octets.octets);
  auto* ipm = content ? std::get_if<x400::Ipm>(&*content) : nullptr;
  if (ipm == nullptr) return std::nullopt;
  if (ipm->heading.this_id.local == no_id) ipm->heading.this_id = {};
  return std::move(ipm->heading);
}

Heading with_extensions(Heading h, const Heading& r) {
  overlay_value(h.mmhs.address_lists, r.mmhs.address_lists);
  overlay_value(h.mmhs.distribution_extensions, r.mmhs.distribution_extensions);
  overlay_value(h.mmhs.pilot, r.mmhs.pilot);
  overlay_value(h.mmhs.information_labels, r.mmhs.information_labels);
  for (const auto& e : extensions_of(r)) h.extensions.push_back(e);
  h.unknown.insert(h.unknown.end(), r.unknown.begin(), r.unknown.end());
  return h;
}

Heading with_residue(Heading h, const Heading& r) {
  h = with_extensions(std::move(h), r);
  overlay_value(h.this_id, r.this_id);
  overlay_value(h.originator, r.originator);
  overlay_value(h.authorizing, r.authorizing);
  overlay(h.primary, r.primary);
  overlay(h.copy, r.copy);
  overlay(h.blind_copy, r.blind_copy);
  overlay_value(h.replied_to, r.replied_to);
  overlay_value(h.obsoleted, r.obsoleted);
  overlay_value(h.related, r.related);
  overlay_value(h.reply_to, r.reply_to);
  overlay_value(h.subject, r.subject);
  overlay_value(h.expiry, r.expiry);
  overlay_value(h.reply_by, r.reply_by);
  overlay_value(h.importance, r.importance);
  overlay_value(h.sensitivity, r.sensitivity);
  auto& m = h.mmhs;
  overlay_value(m.primary_precedence, r.mmhs.primary_precedence);
  overlay_value(m.copy_precedence, r.mmhs.copy_precedence);
  overlay_value(m.message_type, r.mmhs.message_type);
  overlay_value(m.exempted, r.mmhs.exempted);
  overlay_value(m.authorisation_time, r.mmhs.authorisation_time);
  overlay_value(m.sics, r.mmhs.sics);
  overlay_value(m.handling, r.mmhs.handling);
  overlay_value(m.instructions, r.mmhs.instructions);
  overlay_value(m.codress, r.mmhs.codress);
  overlay_value(m.originator_reference, r.mmhs.originator_reference);
  overlay_value(m.other_recipients, r.mmhs.other_recipients);
  overlay_value(m.acp127_id, r.mmhs.acp127_id);
  overlay_value(m.originator_plad, r.mmhs.originator_plad);
  return h;
}

}  // namespace longwire::gateway
