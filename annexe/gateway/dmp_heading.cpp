// What of a heading DMP can say (stanag4406.md 4.3, 4.4), and in which numbers.
#include "annexe/dmp/sic.hpp"
#include "annexe/dmp/times.hpp"
#include "annexe/gateway/dmp_parts.hpp"
#include "annexe/gateway/field_list.hpp"
#include "annexe/gateway/labels.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway::dmp_parts {

namespace {

using std::chrono::minutes;

// Message types: X.400 and MMHS number them otherwise than DMP (D-03).
struct TypeRow {
  int mmhs;
  std::uint8_t dmp;
};
constexpr std::array message_types{TypeRow{0, 2}, TypeRow{1, 0}, TypeRow{2, 1}, TypeRow{3, 3}};

// Header fields about the program of the sender; their loss is a note, not a reason.
bool says_nothing(std::string_view name) {
  const auto lower = to_lower(name);
  return lower.starts_with("x-") || lower == "user-agent" || lower == "thread-index" || lower == "thread-topic";
}

// The label itself travels by its classification and policy (4.5). A field that says just that in another form
// (":ess", colours) is made anew at the other end.
bool repeats_the_label(std::string_view field, const Settings& settings) {
  const auto label = mail::parse_sio_label(field);
  return label && label->label && (label->marking.empty() || label->marking == marking_of(*label->label, settings));
}

std::optional<Error> check_extensions(const x400::Heading& heading, const Settings& settings, Notes* notes) {
  for (const auto& e : heading.extensions) {
    if (e.oid != field_list_oid) return not_for_dmp("heading extension " + e.oid);
    Notes ignored;
    const auto fields = decode_field_list(e.value, ignored);
    if (!fields || !ignored.empty()) return not_for_dmp("header fields that cannot be read");
    for (const auto& field : *fields) {
      const bool label = iequals(field.name, "SIO-Label") && repeats_the_label(field.value, settings);
      if (!label && !says_nothing(field.name)) return not_for_dmp("header field " + field.name);
      note(notes, "discarded header field " + field.name);
    }
  }
  return std::nullopt;
}

std::optional<Error> check_mmhs(const x400::MmhsExtensions& m) {
  if (m.sics.size() > dmp::sics_most) return not_for_dmp("more than 8 SICs");
  if (!std::all_of(m.sics.begin(), m.sics.end(), dmp::valid_sic)) return not_for_dmp("a SIC of other characters");
  return first_loss({{!m.address_lists.empty(), "address lists"},
                     {!m.exempted.empty(), "exempted addresses"},
                     {!m.distribution_extensions.empty(), "distribution extensions"},
                     {!m.handling.empty(), "handling instructions"},
                     {!m.instructions.empty(), "message instructions"},
                     {m.codress.has_value(), "a codress indicator"},
                     {!m.originator_reference.empty(), "an originator reference"},
                     {!m.other_recipients.empty(), "other recipients"},
                     {!m.pilot.empty(), "pilot forwarding information"},
                     {!m.acp127_id.empty(), "an ACP 127 identifier"},
                     {!m.originator_plad.empty(), "an originator PLAD"},
                     {!m.information_labels.empty(), "information labels"}});
}

struct Party {
  const x400::RecipientSpecifier* spec = nullptr;
  bool action = true;
  bool served = false;  // a recipient of P1
};

dmp::Wanted wanted_of(const x400::RecipientSpecifier& spec) {
  if (spec.receipt_wanted) return dmp::Wanted::positive;
  return spec.non_receipt_wanted ? dmp::Wanted::negative : dmp::Wanted::none;
}

dmp::Wanted wanted_of(x400::ReportRequest request) {
  switch (request) {
    case x400::ReportRequest::none:
      return dmp::Wanted::none;
    case x400::ReportRequest::non_delivery:
      return dmp::Wanted::negative;
    case x400::ReportRequest::delivery:
    case x400::ReportRequest::both:  // a report of delivery when asked for includes that of failure
      return dmp::Wanted::positive;
  }
  return dmp::Wanted::none;
}

std::optional<Error> check_party(const x400::RecipientSpecifier& spec, Notes* notes) {
  if (auto lost = first_loss({{!spec.recipient.formal, "a recipient without an address"},
                              {spec.other_requests != 0, "further notification requests"},
                              {spec.reply_requested, "a reply request"},
                              {spec.acp127_request != 0, "an ACP 127 notification request"},
                              {!spec.extensions.empty(), "extensions of a recipient"}}))
    return lost;
  if (!spec.recipient.free_form.empty() || !spec.recipient.telephone.empty())
    note(notes, "discarded name of a recipient: " + spec.recipient.free_form);
  if (spec.return_wanted) note(notes, "discarded request for return with the notification");
  return std::nullopt;
}

Result<std::vector<Party>> parties_of(const x400::Heading& heading, Notes* notes) {
  std::vector<Party> out;
  for (const auto* list : {&heading.primary, &heading.copy})
    for (const auto& spec : *list) {
      if (const auto lost = check_party(spec, notes)) return *lost;
      const auto same = [&spec](const Party& p) { return p.spec->recipient.formal->matches(*spec.recipient.formal); };
      if (std::any_of(out.begin(), out.end(), same)) return not_for_dmp("a recipient that is named twice");
      out.push_back({&spec, list == &heading.primary, false});
    }
  return out;
}

dmp::Recipient recipient_of(const Party& party, int number, const AddressMap& map) {
  dmp::Recipient out;
  out.number = number;
  out.action = party.action;
  out.notification = wanted_of(*party.spec);
  out.p2_address = to_dmp_address(*party.spec->recipient.formal, map);
  return out;
}

Precedence precedence_or(std::optional<int> mmhs, Precedence fallback) { return mmhs ? from_mmhs(*mmhs) : fallback; }

}  // namespace

std::optional<Error> check_heading(const x400::Heading& heading, const Settings& settings, Notes* notes) {
  if (auto lost = first_loss({{!heading.authorizing.empty(), "authorizing users"},
                              {!heading.blind_copy.empty(), "blind copy recipients"},
                              {heading.replied_to.has_value(), "a replied-to message"},
                              {!heading.obsoleted.empty(), "obsoleted messages"},
                              {!heading.related.empty(), "related messages"},
                              {heading.reply_by.has_value(), "a reply time"},
                              {!heading.reply_to.empty(), "reply recipients"},
                              {heading.sensitivity.has_value(), "a sensitivity"},
                              {heading.auto_forwarded, "the auto-forwarded mark"},
                              {!heading.unknown.empty(), "unknown heading fields"}}))
    return lost;
  if (auto lost = check_mmhs(heading.mmhs)) return lost;
  if (heading.originator && (!heading.originator->free_form.empty() || !heading.originator->telephone.empty()))
    note(notes, "discarded name of the originator: " + heading.originator->free_form);
  return check_extensions(heading, settings, notes);
}

// Recipients of this datagram with their P1 numbers; others of the heading with an address of P772 alone, so that a
// reader sees to whom else the message went. Those who are in no list were told nobody of: blind copies.
Result<std::vector<dmp::Recipient>> to_recipients(const x400::MessageEnvelope& envelope, const x400::Heading& heading,
                                                  const AddressMap& map, Notes* notes) {
  auto parties = parties_of(heading, notes);
  if (!parties) return parties.error();
  std::vector<dmp::Recipient> out;
  int highest = 0;
  for (const auto& r : envelope.recipients) {
    highest = std::max(highest, r.number);
    const auto party = std::find_if(parties->begin(), parties->end(),
                                    [&r](const Party& p) { return p.spec->recipient.formal->matches(r.name); });
    if (!r.responsibility && party == parties->end()) continue;
    if (party == parties->end()) return not_for_dmp("a recipient who is not in the heading");
    if (const auto lost = first_loss({{r.conversion.has_value(), "an explicit conversion"},
                                      {!r.extensions.empty(), "extensions of a recipient"},
                                      {party->served, "a recipient who is there twice"}}))
      return *lost;
    party->served = true;
    auto one = recipient_of(*party, r.number, map);
    if (r.responsibility) {
      one.address = std::move(*one.p2_address);
      one.p2_address.reset();
      one.report = wanted_of(r.report);
    }
    out.push_back(std::move(one));
  }
  for (const auto& party : *parties)
    if (!party.served) out.push_back(recipient_of(party, ++highest, map));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  for (std::size_t i = 1; i < out.size(); ++i)
    if (out[i].number == out[i - 1].number) return not_for_dmp("two recipients of one number");
  return out;
}

Result<std::uint8_t> to_precedence(const x400::MmhsExtensions& mmhs, Precedence fallback) {
  constexpr int highest = 5;
  if (mmhs.primary_precedence.value_or(0) > highest || mmhs.copy_precedence.value_or(0) > highest)
    return not_for_dmp("a national precedence");
  const auto primary = precedence_or(mmhs.primary_precedence, precedence_or(mmhs.copy_precedence, fallback));
  const auto copy = precedence_or(mmhs.copy_precedence, primary);
  if (primary == copy) return row(primary).mmhs;
  // The two double values (4.4).
  if (copy == Precedence::routine && primary == Precedence::priority) return std::uint8_t{6};
  if (copy == Precedence::routine && primary == Precedence::immediate) return std::uint8_t{7};
  return not_for_dmp("this pair of precedences");
}

Result<std::uint8_t> to_message_type(const std::optional<x400::MessageType>& type) {
  const int number = type ? type->type : 1;  // operation
  if (type && !type->identifier.empty()) return not_for_dmp("the name of an exercise, operation, project or drill");
  for (const auto& r : message_types)
    if (r.mmhs == number) return r.dmp;
  return not_for_dmp("message type " + std::to_string(number));
}

int from_message_type(std::uint8_t dmp) {
  const auto* found =
      std::find_if(message_types.begin(), message_types.end(), [dmp](const auto& r) { return r.dmp == dmp; });
  return found == message_types.end() ? 1 : found->mmhs;
}

Result<Duration> to_dtg(Time dtg, Time submission) {
  const Time minute = std::chrono::floor<minutes>(dtg);
  const Duration offset = minute - submission;
  const auto code = dmp::dtg_code(offset);
  const auto told = code ? dmp::read_dtg(*code) : std::nullopt;
  if (!told || from_dtg(*told, submission) != minute)
    return not_for_dmp("a date-time group that cannot be told to the minute so far from the submission");
  return offset;
}

// The code is off by half a minute at most: the nearest minute is the one that was meant, and in a tie the code was
// rounded towards the submission time.
Time from_dtg(Duration dtg, Time submission) {
  const Time t = submission + dtg;
  const Time below = std::chrono::floor<minutes>(t);
  const auto over = t - below;
  constexpr Duration half = std::chrono::seconds{30};
  const bool up = over > half || (over == half && dtg > Duration::zero());
  return up ? below + minutes{1} : below;
}

}  // namespace longwire::gateway::dmp_parts
