// MDN -> IPN (stanag4406.md 6.13).
#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/headings.hpp"
#include "annexe/gateway/mime_entity.hpp"
#include "annexe/gateway/notification_table.hpp"
#include "annexe/gateway/report_fields.hpp"
#include "annexe/gateway/reports.hpp"
#include "base/text.hpp"
#include "mail/date.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::size_t supplementary_limit = 256;  // ub-supplementary-info-length, ub-auto-forward-comment

std::string printable(std::string_view text) {
  std::string out(text.substr(0, supplementary_limit));
  for (auto& c : out)
    if (c < ' ' || c > '~') c = '?';
  return out;
}

std::string value_or_empty(const std::vector<PartField>& fields, std::string_view name) {
  const auto* value = find_field(fields, name);
  return value == nullptr ? std::string{} : *value;
}

x400::OrDescriptor descriptor_of(const TypedAddress& address, const Settings& settings) {
  x400::OrDescriptor out;
  out.formal = or_name_of(address, settings);
  return out;
}

Time time_of(const std::vector<PartField>& fields, std::string_view name, Time otherwise) {
  return mail::parse_date(value_or_empty(fields, name)).value_or(otherwise);
}

std::optional<x400::OtherNotification> acp127_of(const std::vector<PartField>& fields, const Settings& settings,
                                                 Time now) {
  const auto* words = find_field(fields, acp127_type_field);
  const auto type = words == nullptr ? std::nullopt : parse_acp127_words(*words);
  if (!type) return std::nullopt;
  x400::Acp127Response out;
  out.type = *type;
  out.time = time_of(fields, receipt_time_field, now);
  out.recipient = printable(value_or_empty(fields, acp127_recipient_field));
  out.supplementary = printable(value_or_empty(fields, supplementary_field));
  for (const auto& f : fields)
    if (iequals(f.name, acp127_list_field))
      if (auto list = parse_address_list(f.value, settings)) out.lists.push_back(*std::move(list));
  x400::OtherNotification other;
  other.acp127 = std::move(out);
  return other;
}

// What the fields beside the disposition say.
void refine(x400::Receipt& receipt, const std::vector<PartField>& fields, Time date) {
  receipt.time = time_of(fields, receipt_time_field, date);
  // A receipt that came from X.400 says itself whether it had more to say.
  if (find_field(fields, receipt_time_field) != nullptr || find_field(fields, supplementary_field) != nullptr)
    receipt.supplementary = printable(value_or_empty(fields, supplementary_field));
}
void refine(x400::NonReceipt& none, const std::vector<PartField>& fields) {
  none.comment = printable(value_or_empty(fields, comment_field));
  const auto reason = value_or_empty(fields, discard_reason_field);
  if (const auto n = parse_unsigned(reason.substr(0, reason.find(' '))); n && *n <= 2)
    none.discard = static_cast<int>(*n);
}

// The message that a non-receipt gives back. What of it cannot be converted is left out: the notification counts.
void take_returned(x400::NonReceipt& none, const FoundReport& found, const Settings& settings) {
  if (!found.whole || found.returned.empty()) return;
  std::vector<std::string> unused;
  const HeadingOf heading_of = [&settings](ByteView message, std::vector<std::string>& notes) {
    return to_heading(mail::HeaderView(message), settings, notes);
  };
  auto heading = heading_of(found.returned, unused);
  if (!heading) return;
  auto body =
      to_body_parts(found.returned, is_military(mail::HeaderView(found.returned)), settings, heading_of, unused);
  if (!body) return;
  if (auto extension = multipart_extension(found.returned)) heading->extensions.push_back(*std::move(extension));
  none.returned.push_back({*std::move(heading), *std::move(body)});
}

}  // namespace

bool is_mdn(ByteView message) {
  return find_report(message, "disposition-notification", "message/disposition-notification").has_value();
}

Result<x400::Ipn> mdn_to_ipn(ByteView message, const Settings& settings, Time now) {
  const auto found = find_report(message, "disposition-notification", "message/disposition-notification");
  if (!found) return error("not_a_report", 0, "no multipart/report with a message/disposition-notification part");
  const auto fields = fields_of(mail::HeaderView(found->status));
  const auto final_recipient = typed_address(value_or_empty(fields, "Final-Recipient"));
  const auto subject = value_or_empty(fields, "Original-Message-ID");
  const auto disposition = value_or_empty(fields, "Disposition");
  if (!final_recipient || disposition.empty()) return error("bad_report", 0, "no Final-Recipient or Disposition");
  if (subject.empty()) return error("bad_report", 0, "no Original-Message-ID: nothing to correlate with");
  const mail::HeaderView header(message);
  const auto date = mail::parse_date(header.value("Date").value_or("")).value_or(now);
  x400::Ipn out;
  out.subject = to_ipm_id(subject, settings);
  out.originator = descriptor_of(*final_recipient, settings);
  if (const auto original = typed_address(value_or_empty(fields, "Original-Recipient")))
    if (auto intended = descriptor_of(*original, settings); !intended.formal->matches(*out.originator->formal))
      out.intended = std::move(intended);
  if (auto acp127 = acp127_of(fields, settings, date)) {
    out.outcome = *std::move(acp127);
    return out;
  }
  auto outcome = outcome_of(disposition);
  if (!outcome) return error("nothing_to_report", 0, "no notification says \"" + disposition + "\"");
  if (auto* receipt = std::get_if<x400::Receipt>(&*outcome)) refine(*receipt, fields, date);
  if (auto* none = std::get_if<x400::NonReceipt>(&*outcome)) {
    refine(*none, fields);
    take_returned(*none, *found, settings);
  }
  out.outcome = *std::move(outcome);
  return out;
}

}  // namespace longwire::gateway
