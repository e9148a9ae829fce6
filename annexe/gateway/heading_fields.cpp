#include "annexe/gateway/heading_fields.hpp"

#include "annexe/gateway/descriptors.hpp"
#include "annexe/gateway/headings.hpp"
#include "annexe/gateway/message_ids.hpp"
#include "annexe/gateway/standard_extensions.hpp"
#include "base/text.hpp"
#include "mail/date.hpp"
#include "mail/encoded_words.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

using Values = std::vector<std::string>;

constexpr std::size_t subject_octets = 128;     // X.420 ub-subject-field
constexpr std::string_view blind_mark = "BCC";  // free-form name of an empty Bcc (RFC 2156 5.1.3)

bool add_recipients(HeadingReader& in, std::string_view value, std::vector<x400::RecipientSpecifier>& out) {
  const auto list = mail::parse_address_list(value);
  if (!list) return false;
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto described = to_descriptor((*list)[i], in.settings, in.notes);
    const bool group = (*list)[i].address.empty();
    in.lossy = in.lossy || described.lossy || (group && i + 1 < list->size());
    x400::RecipientSpecifier recipient;
    recipient.recipient = std::move(described.descriptor);
    recipient.reply_requested = described.reply_requested;
    out.push_back(std::move(recipient));
  }
  return true;
}

Values write_recipients(const std::vector<x400::RecipientSpecifier>& list, const Settings& settings) {
  std::string out;
  for (const auto& r : list) {
    auto address = from_descriptor(r.recipient, settings);
    if (r.reply_requested) address.comments.emplace_back("Reply requested");
    out += (out.empty() ? "" : ", ") + mail::format_address(address);
  }
  return out.empty() ? Values{} : Values{out};
}

bool is_blind_mark(const std::vector<x400::RecipientSpecifier>& list) {
  return list.size() == 1 && !list[0].recipient.formal && list[0].recipient.free_form == blind_mark;
}

bool read_blind(HeadingReader& in, std::string_view value) {
  if (!value.empty()) return add_recipients(in, value, in.heading.blind_copy);
  x400::RecipientSpecifier mark;
  mark.recipient.free_form = blind_mark;
  in.heading.blind_copy.push_back(std::move(mark));
  return true;
}

Values write_blind(const HeadingWriter& out) {
  if (is_blind_mark(out.heading.blind_copy)) return {""};
  return write_recipients(out.heading.blind_copy, out.settings);
}

// --- identifiers ---------------------------------------------------------------------------------

bool read_id(HeadingReader& in, std::string_view value) {
  const auto ids = parse_references(value);
  if (ids.size() != 1 || ids[0].phrase) return false;
  in.heading.this_id = to_ipm_id(ids[0].text, in.settings, in.military);
  in.lossy = to_message_id(in.heading.this_id, in.settings) != ids[0].text;
  return true;
}

Values write_id(const HeadingWriter& out) {
  return out.heading.this_id.local.empty() && !out.heading.this_id.user
             ? Values{}
             : Values{to_message_id(out.heading.this_id, out.settings)};
}

bool add_ids(HeadingReader& in, std::string_view value, std::vector<x400::IpmId>& out) {
  const auto ids = parse_references(value);
  for (const auto& id : ids) {
    out.push_back(to_reference(id, in.settings, in.military));
    if (!id.phrase) in.lossy = in.lossy || from_reference(out.back(), in.settings) != id.text;
  }
  return !ids.empty();
}

Values write_ids(const std::vector<x400::IpmId>& ids, const Settings& settings) {
  std::string out;
  for (const auto& id : ids) out += (out.empty() ? "" : " ") + from_reference(id, settings);
  return out.empty() ? Values{} : Values{out};
}

// One value is replied-to-IPM; several have no place but related-IPMs, and the field is kept to say which was which.
bool read_reply(HeadingReader& in, std::string_view value) {
  const auto ids = parse_references(value);
  if (ids.empty()) return false;
  if (ids.size() == 1) {
    in.heading.replied_to = to_reference(ids[0], in.settings, in.military);
    in.lossy = !ids[0].phrase && from_reference(*in.heading.replied_to, in.settings) != ids[0].text;
    return true;
  }
  in.lossy = true;
  return add_ids(in, value, in.heading.related);
}

// --- times, words ----------------------------------------------------------------------------------

bool read_time(std::string_view value, std::optional<Time>& out) {
  out = mail::parse_date_field(value);
  return out.has_value();
}
Values write_time(const std::optional<Time>& t) { return t ? Values{format_rfc5322(*t)} : Values{}; }

bool read_subject(HeadingReader& in, std::string_view value) {
  in.heading.subject = teletex_text(mail::decode_words(value), subject_octets, in.lossy);
  return true;
}

constexpr std::array<std::string_view, 3> importances{"low", "normal", "high"};
constexpr std::array<std::string_view, 4> sensitivities{"", "Personal", "Private", "Company-Confidential"};

template <std::size_t N>
bool read_word(std::string_view value, const std::array<std::string_view, N>& words, std::optional<int>& out) {
  for (std::size_t i = 0; i < N; ++i)
    if (!words.at(i).empty() && iequals(words.at(i), value)) out = static_cast<int>(i);
  return out.has_value();
}

template <std::size_t N>
Values write_word(const std::array<std::string_view, N>& words, std::optional<int> value) {
  const bool known = value && *value >= 0 && *value < static_cast<int>(N);
  if (!known || words.at(static_cast<std::size_t>(*value)).empty()) return {};
  return {std::string(words.at(static_cast<std::size_t>(*value)))};
}

bool read_forwarded(HeadingReader& in, std::string_view value) {
  in.heading.auto_forwarded = iequals(value, "TRUE");
  return in.heading.auto_forwarded || iequals(value, "FALSE");
}

// RFC 8098 8.3, stanag4406.md 6.13. Whether the address equals MAIL FROM is the envelope's to know: the caller does
// not pass the field otherwise.
bool read_notification_to(HeadingReader& in, std::string_view) { return in.notify_requested = true; }

Values write_notification_to(const HeadingWriter& out) {
  const auto wanted = [](const auto& list) {
    return std::any_of(list.begin(), list.end(), [](const auto& r) { return r.receipt_wanted; });
  };
  const auto& h = out.heading;
  if (!h.originator || !(wanted(h.primary) || wanted(h.copy) || wanted(h.blind_copy))) return {};
  return {mail::format_address(from_descriptor(*h.originator, out.settings))};
}

// --- originator and authorizing users ----------------------------------------------------------------

Values one(const std::optional<x400::OrDescriptor>& d, const Settings& settings) {
  return d ? Values{mail::format_address(from_descriptor(*d, settings))} : Values{};
}
Values many(const std::vector<x400::OrDescriptor>& list, const Settings& settings) {
  return list.empty() ? Values{} : Values{write_descriptors(list, settings)};
}

// Military: the originator is From (RFC 7912 5.2). Others: authorizing-users are From where there are some.
Values write_from(const HeadingWriter& out) {
  const auto& h = out.heading;
  return h.mmhs.any() || h.authorizing.empty() ? one(h.originator, out.settings) : many(h.authorizing, out.settings);
}
Values write_sender(const HeadingWriter& out) {
  const auto& h = out.heading;
  return h.mmhs.any() || h.authorizing.empty() ? Values{} : one(h.originator, out.settings);
}

const std::array<FieldRow, 20> rows{{
    {"From", [](HeadingReader& in, std::string_view v) { return read_descriptors(in, v, in.from); }, write_from, false,
     false},
    {"Sender", [](HeadingReader& in, std::string_view v) { return read_descriptors(in, v, in.sender); }, write_sender},
    {"Reply-To", [](HeadingReader& in, std::string_view v) { return read_descriptors(in, v, in.heading.reply_to); },
     [](const HeadingWriter& w) { return many(w.heading.reply_to, w.settings); }, false, false},
    {"To", [](HeadingReader& in, std::string_view v) { return add_recipients(in, v, in.heading.primary); },
     [](const HeadingWriter& w) { return write_recipients(w.heading.primary, w.settings); }, false, false},
    {"Cc", [](HeadingReader& in, std::string_view v) { return add_recipients(in, v, in.heading.copy); },
     [](const HeadingWriter& w) { return write_recipients(w.heading.copy, w.settings); }, false, false},
    {"Bcc", read_blind, write_blind, false, false},
    {"Message-ID", read_id, write_id},
    {"In-Reply-To", read_reply,
     [](const HeadingWriter& w) {
       return w.heading.replied_to ? Values{from_reference(*w.heading.replied_to, w.settings)} : Values{};
     }},
    {"References", [](HeadingReader& in, std::string_view v) { return add_ids(in, v, in.heading.related); },
     [](const HeadingWriter& w) { return write_ids(w.heading.related, w.settings); }},
    {"Supersedes", [](HeadingReader& in, std::string_view v) { return add_ids(in, v, in.heading.obsoleted); },
     [](const HeadingWriter& w) { return write_ids(w.heading.obsoleted, w.settings); }},
    {"Subject", read_subject,
     [](const HeadingWriter& w) {
       return w.heading.subject.empty() ? Values{} : Values{mail::encode_words(w.heading.subject)};
     }},
    {"Expires", [](HeadingReader& in, std::string_view v) { return read_time(v, in.heading.expiry); },
     [](const HeadingWriter& w) { return write_time(w.heading.expiry); }},
    {"Reply-By", [](HeadingReader& in, std::string_view v) { return read_time(v, in.heading.reply_by); },
     [](const HeadingWriter& w) { return write_time(w.heading.reply_by); }},
    {"Importance",
     [](HeadingReader& in, std::string_view v) { return read_word(v, importances, in.heading.importance); },
     [](const HeadingWriter& w) { return write_word(importances, w.heading.importance); }},
    {"Sensitivity",
     [](HeadingReader& in, std::string_view v) { return read_word(v, sensitivities, in.heading.sensitivity); },
     [](const HeadingWriter& w) { return write_word(sensitivities, w.heading.sensitivity); }},
    {"Autoforwarded", read_forwarded,
     [](const HeadingWriter& w) { return w.heading.auto_forwarded ? Values{"TRUE"} : Values{}; }},
    {"Autosubmitted", [](HeadingReader& in, std::string_view v) { return read_auto_submitted(v, in.heading); },
     [](const HeadingWriter& w) { return write_auto_submitted(w.heading); }},
    {"Incomplete-Copy", [](HeadingReader& in, std::string_view v) { return read_incomplete_copy(v, in.heading); },
     [](const HeadingWriter& w) { return write_incomplete_copy(w.heading); }},
    {"Content-Language", [](HeadingReader& in, std::string_view v) { return read_languages(v, in.heading, in.lossy); },
     [](const HeadingWriter& w) { return write_languages(w.heading); }},
    {"Disposition-Notification-To", read_notification_to, write_notification_to},
}};

}  // namespace

bool read_descriptors(HeadingReader& in, std::string_view value, std::vector<x400::OrDescriptor>& out) {
  const auto list = mail::parse_address_list(value);
  if (!list) return false;
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto described = to_descriptor((*list)[i], in.settings, in.notes);
    const bool group = (*list)[i].address.empty();
    in.lossy = in.lossy || described.lossy || described.reply_requested || (group && i + 1 < list->size());
    out.push_back(std::move(described.descriptor));
  }
  return !out.empty();
}

std::string write_descriptors(const std::vector<x400::OrDescriptor>& list, const Settings& settings) {
  std::string out;
  for (const auto& d : list) out += (out.empty() ? "" : ", ") + mail::format_address(from_descriptor(d, settings));
  return out;
}

// RFC 7912 5.1, else RFC 2156 5.1.3.
void HeadingReader::finish() {
  auto& h = heading;
  auto rest = from;
  if (!sender.empty()) h.originator = sender.front();
  const bool first_is_originator = sender.empty() && !from.empty() && (authorizing_field || from.size() == 1);
  if (first_is_originator) {
    h.originator = from.front();
    rest.erase(rest.begin());
  }
  // Several From addresses without a Sender break RFC 5322 3.6.2; the first is taken for the sender of them all.
  if (sender.empty() && !first_is_originator && !from.empty()) h.originator = from.front();
  h.authorizing = std::move(rest);
  h.authorizing.insert(h.authorizing.end(), authorizing_users.begin(), authorizing_users.end());
  if (!notify_requested) return;
  for (auto* list : {&h.primary, &h.copy, &h.blind_copy})
    for (auto& r : *list) r.receipt_wanted = r.non_receipt_wanted = true;
}

std::span<const FieldRow> heading_rows() { return rows; }

const FieldRow* find_row(std::string_view name) {
  name = modern_name(name);
  for (const auto table : {std::span<const FieldRow>(rows), mmhs_rows()})
    for (const auto& row : table)
      if (iequals(row.name, name)) return &row;
  return nullptr;
}

std::string_view modern_name(std::string_view name) {
  if (iequals(name, "Obsoletes")) return "Supersedes";
  if (iequals(name, "Expiry-Date")) return "Expires";
  return name;
}

}  // namespace longwire::gateway
