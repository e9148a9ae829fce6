// X.411 report -> delivery status notification (RFC 2156 5.3.8).
#include "annexe/gateway/report_fields.hpp"
#include "annexe/gateway/reports.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"
#include "mail/parameters.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

using x400::Report;
using x400::ReportRecipient;

constexpr std::array user_types{"public", "private", "ms", "dl", "pdau", "physical-recipient", "other"};

bool is_delivered(const ReportRecipient& r) { return std::holds_alternative<x400::Delivered>(r.outcome); }

X411Code code_of(const x400::NonDelivered& outcome) { return {outcome.reason, outcome.diagnostic}; }

class DsnWriter {
 public:
  DsnWriter(const Report& report, const Settings& settings, std::optional<SubjectMail> subject, Time now)
      : report_(report), settings_(settings), subject_(std::move(subject)), now_(now) {}

  MailItem run() {
    MailItem out;
    const auto to = destination();
    mail::Recipient recipient;
    recipient.address = to;
    recipient.notify = mail::Notify{true, false, false, false};
    out.envelope.recipients.push_back(std::move(recipient));
    ReportParts parts;
    parts.report_type = "delivery-status";
    parts.status_type = "message/delivery-status";
    set_returned(parts, out.notes);
    parts.text = text(!parts.returned.empty() && report_.returned);
    parts.status = status();
    out.message = format_report(header(to), report_.id.local, parts);
    out.envelope.body = mail::body_needed(out.message);
    return out;
  }

 private:
  std::string destination() const {
    if (subject_ && !subject_->from.empty()) return subject_->from;
    return settings_.addresses.to_rfc822(report_.destination);
  }

  const mail::Recipient* own_recipient(const ReportRecipient& r) const {
    const auto index = static_cast<std::size_t>(r.number) - 1;  // numbers start at 1
    if (!subject_ || r.number <= 0 || index >= subject_->recipients.size()) return nullptr;
    // A number may be one that another gateway served.
    return subject_->recipients[index].address.empty() ? nullptr : &subject_->recipients[index];
  }

  // The address the sender wrote.
  std::string mailbox_of(const ReportRecipient& r) const {
    if (const auto* own = own_recipient(r)) return own->address;
    return settings_.addresses.to_rfc822(r.intended ? *r.intended : r.actual);
  }

  std::string_view outcome_words() const {
    const auto delivered = std::count_if(report_.recipients.begin(), report_.recipients.end(), is_delivered);
    if (delivered == 0) return "failure";
    return static_cast<std::size_t>(delivered) == report_.recipients.size() ? "success" : "success and failures";
  }

  std::string header(const std::string& to) const {
    FieldWriter out;
    for (auto t = report_.trace.rbegin(); t != report_.trace.rend(); ++t) out.add("X400-Received", trace_text(*t));
    out.add("X400-MTS-Identifier", x400::to_string(report_.id));
    out.add("Date", format_rfc5322(report_.trace.empty() ? now_ : report_.trace.front().arrival));
    out.add("From", "\"X.400 Gateway\" <postmaster@" + settings_.addresses.config().domain + ">");
    out.add("To", to);
    auto subject = "Delivery-Report (" + std::string(outcome_words()) + ")";
    if (report_.recipients.size() == 1) subject += " for " + mailbox_of(report_.recipients.front());
    out.add("Subject", subject);
    out.add("Message-ID", report_message_id(report_.id, settings_));
    // What the report says itself is for people and their mail readers; tracking asks for more than a reference.
    out.add("References", subject_ ? subject_->message_id : correlated_message_id(report_.extensions));
    out.add("Message-Type", "Delivery Report");
    out.add("Auto-Submitted", "auto-replied");
    return out.finish();
  }

  // RFC 2156 5.3.8.1, EBNF.dr-user-info.
  std::string text(bool returned) const {
    FieldWriter out;
    out.line("This report relates to your message:");
    auto about = correlator_text(report_.extensions);
    if (about.empty()) about = report_.content_id;
    if (about.empty() && subject_) about = subject_->message_id;
    out.line("\t" + mail::clean_text(about));
    out.line("");
    const auto sent = !report_.subject_trace.empty() ? report_.subject_trace.front().arrival : arrival();
    out.line("of " + format_rfc5322(sent));
    out.line("");
    for (const auto& r : report_.recipients) {
      add_text(out, r);
      out.line("");
    }
    out.line(returned ? "The Original Message follows:" : "The Original Message is not available");
    return out.finish();
  }

  void add_text(FieldWriter& out, const ReportRecipient& r) const {
    const auto mailbox = mail::clean_text(mailbox_of(r));
    if (const auto* delivered = std::get_if<x400::Delivered>(&r.outcome)) {
      out.line("Your message was successfully delivered to:");
      out.line("\t" + mailbox);
      out.line("at " + format_rfc5322(delivered->time));
      return;
    }
    out.line("Your message was not delivered to:");
    out.line("\t" + mailbox);
    out.line("for the following reason:");
    out.line("\t" + diagnostic_text(code_of(std::get<x400::NonDelivered>(r.outcome))));
    if (!r.supplementary.empty()) out.line("\t" + mail::clean_text(r.supplementary));
  }

  Time arrival() const { return report_.recipients.empty() ? now_ : report_.recipients.front().arrival; }

  std::string reporting_mta() const {
    if (report_.trace.empty()) return "x400; " + domain_text(report_.id.domain);
    const auto& domain = report_.trace.front().domain;
    const auto name = domain == settings_.domain && !settings_.mta_name.empty() ? "mta " + settings_.mta_name + " in "
                                                                                : std::string{};
    return "x400; " + name + domain_text(domain);
  }

  std::string status() const {
    FieldWriter out;
    // What the sender gave us correlates; the identifier of X.400 stands beside it.
    const auto correlator = correlator_text(report_.extensions);
    if (subject_) {
      if (const auto envid = mail::xtext_decode(subject_->envid)) out.add("Original-Envelope-Id", *envid);
    } else if (correlator.starts_with(envid_correlator)) {
      out.add("Original-Envelope-Id", std::string_view(correlator).substr(envid_correlator.size()));
    } else {
      out.add("Original-Envelope-Id", x400::to_string(report_.subject));
    }
    out.add("Reporting-MTA", reporting_mta());
    out.add("DSN-Gateway", "dns; " + settings_.host);
    out.add("Arrival-Date", format_rfc5322(arrival()));
    out.add("X400-Conversion-Date", format_rfc5322(now_));
    out.add("X400-Subject-Submission-Identifier", x400::to_string(report_.subject));
    out.add("X400-Content-Identifier", report_.content_id);
    if (report_.content_type) out.add("X400-Content-Type", content_type_text(*report_.content_type));
    if (report_.eits) out.add("X400-Original-Encoded-Information-Types", eits_text(*report_.eits));
    if (!correlator.starts_with(envid_correlator)) out.add("X400-Content-Correlator", correlator);
    for (auto t = report_.subject_trace.rbegin(); t != report_.subject_trace.rend(); ++t)
      out.add("X400-Subject-Intermediate-Trace-Information", trace_text(*t));
    add_discarded(out, report_.extensions);
    add_discarded(out, report_.envelope_extensions);
    for (const auto& r : report_.recipients) {
      out.line("");
      add_recipient(out, r);
    }
    return out.finish();
  }

  // RFC 2156 5.3.8.1: extensions without a field are named.
  static void add_discarded(FieldWriter& out, const std::vector<x400::ExtensionField>& extensions) {
    std::string names;
    for (const auto& e : extensions) {
      if (e.standard == x400::ext_content_correlator || e.private_oid == dsn_header_list_oid ||
          e.private_oid == dsn_field_list_oid)
        continue;
      names += (names.empty() ? "" : ", ") + (e.standard >= 0 ? std::to_string(e.standard) : e.private_oid);
    }
    out.add("X400-Discarded-DR-Extensions", names);
  }

  void add_names(FieldWriter& out, const ReportRecipient& r) const {
    const auto& named = r.intended ? *r.intended : r.actual;
    if (const auto* own = own_recipient(r)) {
      // RFC 3461 6.3 (c), (e): what the sender gave us.
      auto original = "rfc822; " + own->address;
      const auto semicolon = own->orcpt.find(';');
      if (semicolon != std::string::npos)
        if (const auto decoded = mail::xtext_decode(std::string_view(own->orcpt).substr(semicolon + 1)))
          original = own->orcpt.substr(0, semicolon) + "; " + *decoded;
      out.add("Original-Recipient", original);
      out.add("Final-Recipient", "rfc822; " + own->address);
    } else {
      out.add("Original-Recipient", "rfc822; " + settings_.addresses.to_rfc822(named));
      out.add("Final-Recipient", "x400; " + x400::to_text(named));
    }
    if (!r.intended) return;
    out.add("X400-Redirect-Recipient", "x400; " + x400::to_text(r.actual));
    out.add("X400-Mapped-Redirect-Recipient", "rfc822; " + settings_.addresses.to_rfc822(r.actual));
  }

  void add_recipient(FieldWriter& out, const ReportRecipient& r) const {
    add_names(out, r);
    if (const auto* delivered = std::get_if<x400::Delivered>(&r.outcome)) {
      out.add("Action", "delivered");
      out.add("Status", "2.0.0");
      out.add("X400-Delivery-Time", format_rfc5322(delivered->time));
      const auto user = delivered->user_type.value_or(0);  // absent is public
      const auto type = static_cast<std::size_t>(user);
      out.add("X400-Type-of-MTS-User",
              std::to_string(user) +
                  (user >= 0 && type < user_types.size() ? " (" + std::string(user_types[type]) + ")" : ""));
    } else {
      const auto code = code_of(std::get<x400::NonDelivered>(r.outcome));
      out.add("Action", "failed");
      out.add("Status", status_of(code));
      out.add("Diagnostic-Code", "x400; " + diagnostic_text(code));
    }
    if (r.converted) out.add("X400-Converted-EITs", eits_text(*r.converted));
    out.add("X400-Last-Trace", format_rfc5322(r.arrival));
    if (!r.supplementary.empty()) out.add("X400-Supplementary-Info", '"' + r.supplementary + '"');
    add_discarded(out, r.extensions);
    out.add("X400-Originally-Specified-Recipient-Number", std::to_string(r.number));
  }

  // RFC 2156 5.3.8.1: the message for a failure if it is at hand, its header for a success.
  void set_returned(ReportParts& parts, std::vector<std::string>& notes) const {
    auto mail = report_.returned ? content_as_mail(*report_.returned, settings_, notes) : std::nullopt;
    const bool failure = outcome_words() != "success";
    if (mail && failure && mail::body_needed(*mail) != mail::Body::binary) {
      parts.returned_type = "message/rfc822";
      parts.returned = *std::move(mail);
      return;
    }
    std::string header;
    if (mail) header = as_text(*mail).substr(0, mail::HeaderView(*mail).body_offset());
    // Tracking asks for the Message-ID of what was sent.
    else if (subject_ && !subject_->message_id.empty())
      header = "Message-ID: " + mail::clean_text(subject_->message_id) + "\r\n";
    if (header.empty()) return;
    parts.returned_type = "text/rfc822-headers";
    parts.returned = to_bytes(header);
  }

  const Report& report_;
  const Settings& settings_;
  std::optional<SubjectMail> subject_;
  Time now_;
};

}  // namespace

Result<MailItem> report_to_dsn(const x400::Report& report, const Settings& settings, const FindSubject& find,
                               Time now) {
  if (report.recipients.empty()) return error("bad_report", 0, "a report about nobody");
  return DsnWriter(report, settings, find ? find(report.subject) : std::nullopt, now).run();
}

}  // namespace longwire::gateway
