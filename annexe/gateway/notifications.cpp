// Notifications: IPN -> MDN (stanag4406.md 6.13; RFC 8098 8.1).
#include "annexe/gateway/headings.hpp"
#include "annexe/gateway/notification_table.hpp"
#include "annexe/gateway/report_fields.hpp"
#include "annexe/gateway/reports.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"

#include <array>

namespace longwire::gateway {

namespace {

constexpr std::array discard_reasons{"Expired", "Obsoleted", "User Subscription Terminated"};

std::string discard_words(const x400::NonReceipt& n) {
  if (!n.discard) return "IPM Deleted";
  const auto index = static_cast<std::size_t>(*n.discard);
  return *n.discard >= 0 && index < discard_reasons.size() ? discard_reasons[index] : "IPM Deleted";
}

class MdnWriter {
 public:
  MdnWriter(const x400::MessageEnvelope& envelope, const x400::Ipn& ipn, const Settings& settings, Time now)
      : envelope_(envelope), ipn_(ipn), settings_(settings), now_(now) {}

  MailItem run() {
    MailItem out;
    std::string to;
    for (const auto& r : envelope_.recipients) {
      if (!r.responsibility) continue;
      mail::Recipient recipient;
      recipient.address = settings_.addresses.to_rfc822(r.name);
      recipient.notify = mail::Notify{true, false, false, false};
      to += (to.empty() ? "" : ", ") + recipient.address;
      out.envelope.recipients.push_back(std::move(recipient));
    }
    ReportParts parts;
    parts.report_type = "disposition-notification";
    parts.status_type = "message/disposition-notification";
    if (const auto* n = std::get_if<x400::NonReceipt>(&ipn_.outcome); n != nullptr && !n->returned.empty()) {
      parts.returned_type = "message/rfc822";
      parts.returned = ipm_as_mail(n->returned.front(), settings_, out.notes);
    }
    parts.text = text(!parts.returned.empty());
    parts.status = status();
    out.message = format_report(header(to), envelope_.id.local, parts);
    out.envelope.body = mail::body_needed(out.message);
    return out;
  }

 private:
  std::string mailbox(const std::optional<x400::OrDescriptor>& d, const x400::OrName& otherwise) const {
    return settings_.addresses.to_rfc822(d && d->formal ? *d->formal : otherwise);
  }
  std::string originator() const { return mailbox(ipn_.originator, envelope_.originator); }
  bool is_failure() const { return std::holds_alternative<x400::NonReceipt>(ipn_.outcome); }

  std::string header(const std::string& to) const {
    FieldWriter out;
    for (auto t = envelope_.trace.rbegin(); t != envelope_.trace.rend(); ++t) out.add("X400-Received", trace_text(*t));
    out.add("X400-MTS-Identifier", x400::to_string(envelope_.id));
    out.add("Date", format_rfc5322(envelope_.trace.empty() ? now_ : envelope_.trace.front().arrival));
    out.add("From", originator());
    out.add("To", to);
    out.add("Subject", std::string("X.400 Inter-Personal Notification") + (is_failure() ? " (failure)" : ""));
    out.add("Message-ID", report_message_id(envelope_.id, settings_));
    out.add("Message-Type", "InterPersonal Notification");
    out.add("References", to_message_id(ipn_.subject, settings_));
    out.add("Auto-Submitted", "auto-replied");
    out.add("Discarded-X400-IPMS-Extensions", discarded());
    return out.finish();
  }

  std::string discarded() const {
    std::string out;
    const auto add = [&out](const std::vector<x400::HeadingExtension>& list) {
      for (const auto& e : list) out += (out.empty() ? "" : ", ") + e.oid;
    };
    add(ipn_.extensions);
    std::visit([&add](const auto& outcome) { add(outcome.extensions); }, ipn_.outcome);
    return out;
  }

  // RFC 2156 5.3.5, EBNF.ipn-body-format.
  std::string text(bool returned) const {
    FieldWriter out;
    const auto who = mail::clean_text(mailbox(ipn_.intended ? ipn_.intended : ipn_.originator, envelope_.originator));
    out.line("Your message to: " + who);
    std::visit([&](const auto& outcome) { describe(out, outcome); }, ipn_.outcome);
    if (ipn_.converted) {
      out.line("The following information types were converted:");
      out.line("\t" + eits_text(*ipn_.converted));
    }
    if (is_failure()) out.line(returned ? "The Original Message follows:" : "The Original Message is not available");
    return out.finish();
  }

  static void describe(FieldWriter& out, const x400::Receipt& r) {
    out.line("was received at " + format_rfc5322(r.time));
    out.line("");
    out.line(std::string("This notification was generated ") + (r.automatic ? "Automatically" : "Manually"));
    if (r.supplementary.empty()) return;
    out.line("The following extra information was given:");
    out.line("\t" + mail::clean_text(r.supplementary));
  }
  static void describe(FieldWriter& out, const x400::NonReceipt& n) {
    if (n.reason == 0) {
      out.line("was discarded for the following reason:");
      out.line("\t" + discard_words(n));
      return;
    }
    out.line("was automatically forwarded.");
    if (n.comment.empty()) return;
    out.line("The following comment was made:");
    out.line("\t" + mail::clean_text(n.comment));
  }
  static void describe(FieldWriter& out, const x400::OtherNotification& o) {
    if (!o.acp127) return out.line("caused a notification of a kind this gateway does not know.");
    const auto words = o.acp127->type == acp127_negative         ? "was not transferred by ACP 127"
                       : (o.acp127->type & acp127_positive) != 0 ? "was received by ACP 127"
                                                                 : "was transferred to ACP 127";
    out.line(std::string(words) + " at " + format_rfc5322(o.acp127->time));
    if (!o.acp127->recipient.empty()) out.line("for " + mail::clean_text(o.acp127->recipient));
    if (!o.acp127->supplementary.empty()) out.line("\t" + mail::clean_text(o.acp127->supplementary));
  }

  std::string status() const {
    FieldWriter out;
    out.add("Reporting-UA", settings_.host + "; X.400 gateway");
    out.add("MDN-Gateway", "dns; " + settings_.host);
    if (ipn_.intended && ipn_.intended->formal)
      out.add("Original-Recipient", "rfc822; " + settings_.addresses.to_rfc822(*ipn_.intended->formal));
    out.add("Final-Recipient", "rfc822; " + originator());
    out.add("Original-Message-ID", to_message_id(ipn_.subject, settings_));
    out.add("Disposition", disposition_of(ipn_));
    std::visit([&](const auto& outcome) { add_details(out, outcome); }, ipn_.outcome);
    if (ipn_.converted) out.add("X400-Converted-EITs", eits_text(*ipn_.converted));
    return out.finish();
  }

  // What a disposition does not say, so that the way back is exact.
  static void add_details(FieldWriter& out, const x400::Receipt& r) {
    out.add(receipt_time_field, format_rfc5322(r.time));
    out.add(supplementary_field, r.supplementary);
  }
  static void add_details(FieldWriter& out, const x400::NonReceipt& n) {
    if (n.discard) out.add(discard_reason_field, std::to_string(*n.discard) + " (" + discard_words(n) + ")");
    out.add(comment_field, n.comment);
  }
  void add_details(FieldWriter& out, const x400::OtherNotification& o) const {
    if (!o.acp127) return;
    if ((o.acp127->type & acp127_negative) != 0) out.add("Error", "not transferred by ACP 127");
    out.add(acp127_type_field, acp127_words(o.acp127->type));
    out.add(receipt_time_field, format_rfc5322(o.acp127->time));
    out.add(acp127_recipient_field, o.acp127->recipient);
    out.add(supplementary_field, o.acp127->supplementary);
    for (const auto& list : o.acp127->lists) out.add(acp127_list_field, format_address_list(list, settings_));
  }

  const x400::MessageEnvelope& envelope_;
  const x400::Ipn& ipn_;
  const Settings& settings_;
  Time now_;
};

}  // namespace

Result<MailItem> ipn_to_mdn(const x400::MessageEnvelope& envelope, const x400::Ipn& ipn, const Settings& settings,
                            Time now) {
  return MdnWriter(envelope, ipn, settings, now).run();
}

}  // namespace longwire::gateway
