// Delivery status notification -> X.411 report (RFC 2156 5.1.8).
#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/headings.hpp"
#include "annexe/gateway/mime_entity.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "annexe/gateway/report_fields.hpp"
#include "annexe/gateway/reports.hpp"
#include "base/text.hpp"
#include "mail/date.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

using Fields = std::vector<PartField>;

constexpr std::uint8_t delivered_bits = 0x40 | 0x10;  // originating-MTA-report, originator-report
constexpr std::uint8_t failed_bits = 0x20 | 0x08;     // the non-delivery ones
constexpr std::size_t supplementary_limit = 256;      // ub-supplementary-info-length
constexpr ber::Tag ia5_tag{ber::TagClass::universal, 22, false};

// Groups of fields between empty lines: the first is about the message, each other about one recipient.
std::vector<Fields> groups_of(ByteView status) {
  std::vector<Fields> out;
  for (std::size_t at = 0; at < status.size();) {
    const mail::HeaderView view(status.subspan(at));
    if (view.fields().empty() && view.body_offset() == 0) break;  // no field: not ours to judge further
    if (!view.fields().empty()) out.push_back(fields_of(view));
    at += view.body_offset();
  }
  return out;
}

std::optional<std::string> value_of(const Fields& fields, std::string_view name) {
  const auto* value = find_field(fields, name);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::string first_word(std::string_view value) { return std::string(value.substr(0, value.find_first_of(" \t("))); }

// RFC 2156 5.1.8.2: dsn-header-list and dsn-field-list, each an RFC822FieldList.
x400::ExtensionField field_list(std::string_view oid, const Fields& fields) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  for (const auto& f : fields) {
    auto text = f.name + ": " + f.value;
    for (auto& c : text)
      if (static_cast<std::uint8_t>(c) > 126) c = '?';
    out.primitive(ia5_tag, as_bytes(text));
  }
  out.end();
  x400::ExtensionField extension;
  extension.private_oid = oid;
  extension.value = out.finish();
  return extension;
}

class ReportReader {
 public:
  ReportReader(const ToX400& in, const Settings& settings, const RecipientNumber& number_of)
      : in_(in), settings_(settings), number_of_(number_of), header_(fields_of(mail::HeaderView(in.message))) {}

  Result<ApduItem> run(const FoundReport& found) {
    const auto groups = groups_of(found.status);
    if (groups.size() < 2) return error("bad_report", 0, "no recipient in the delivery status");
    message_ = groups.front();
    returned_ = fields_of(mail::HeaderView(found.returned));
    x400::Report report;
    report.id = {settings_.domain, in_.mts_local_id};
    report.subject = subject();
    if (auto bad = set_destination(report)) return *std::move(bad);
    report.trace.push_back({settings_.domain, in_.now, x400::TraceAction::relayed, {}, {}, {}, 0});
    report.extensions.push_back(field_list(dsn_header_list_oid, kept_header()));
    report.extensions.push_back(field_list(dsn_field_list_oid, message_));
    // What names the message to its sender, where no identifier of X.400 that the sender knows does (RFC 2156 5.1.5).
    if (const auto id = value_of(returned_, "Message-ID"))
      report.extensions.push_back(
          text_extension(x400::ext_content_correlator, std::string(message_id_correlator) + *id));
    if (const auto id = value_of(message_, "X400-Content-Identifier")) report.content_id = id->substr(0, 16);
    for (auto g = groups.begin() + 1; g != groups.end(); ++g)
      if (auto bad = add_recipient(report, *g)) return *std::move(bad);
    if (report.recipients.empty()) return error("nothing_to_report", 0, "no recipient failed or was delivered");
    if (failed_) set_returned(report);
    return ApduItem{x400::MtsApdu(std::move(report)), std::move(notes_)};
  }

 private:
  // The envelope identifier that went out with the message, or its header as it came back.
  x400::MtsId subject() const {
    const auto read = [](std::string text) -> std::optional<x400::MtsId> {
      if (text.starts_with(mts_id_prefix)) text.erase(0, mts_id_prefix.size());
      const auto id = x400::parse_mts_id(trim(text));
      return id ? std::optional(*id) : std::nullopt;
    };
    for (const auto& value :
         {value_of(message_, "Original-Envelope-Id"), value_of(message_, "X400-Subject-Submission-Identifier"),
          value_of(returned_, "X400-MTS-Identifier")})
      if (value)
        if (const auto id = read(*value)) return *id;
    // RFC 2156 5.1.8.3: "in other cases, this field shall be generated": from what names the message in mail.
    constexpr std::size_t local_limit = 32;
    auto local = value_of(returned_, "Message-ID").value_or(value_of(message_, "Original-Envelope-Id").value_or(""));
    std::erase_if(local, [](char c) { return c == '<' || c == '>' || c < ' ' || c > '~'; });
    return {settings_.domain, local.empty() ? std::string("unknown") : local.substr(0, local_limit)};
  }

  std::optional<Error> set_destination(x400::Report& report) const {
    if (in_.envelope.recipients.empty()) return error("bad_report", 0, "a report to nobody");
    auto name = settings_.addresses.to_or(in_.envelope.recipients.front().address);
    if (!name) return name.error();
    report.destination = *std::move(name);
    return std::nullopt;
  }

  // What the report has no place for: not the addresses, the trace and what belongs to MIME.
  Fields kept_header() const {
    auto out = header_;
    std::erase_if(out, [](const PartField& f) {
      return is_content_field(f.name) || iequals(f.name, "MIME-Version") || iequals(f.name, "Received") ||
             iequals(f.name, "Return-Path");
    });
    return out;
  }

  Time arrival() const {
    for (const auto& value : {value_of(message_, "Arrival-Date"), value_of(header_, "Date")})
      if (value)
        if (const auto t = mail::parse_date(*value)) return *t;
    return in_.now;
  }

  int number_for(const x400::Report& report, const Fields& group, const TypedAddress& original) const {
    if (const auto written = value_of(group, "X400-Originally-Specified-Recipient-Number"))
      if (const auto n = parse_unsigned(first_word(*written)); n && *n >= 1 && *n <= limits::x400_recipients)
        return static_cast<int>(*n);
    if (number_of_)
      if (const auto n = number_of_(report.subject, original.address)) return *n;
    return static_cast<int>(report.recipients.size()) + 1;
  }

  std::optional<Error> add_recipient(x400::Report& report, const Fields& group) {
    const auto final_recipient = typed_address(value_of(group, "Final-Recipient"));
    const auto action = value_of(group, "Action");
    const auto status = value_of(group, "Status");
    if (!final_recipient || !action || !status)
      return error("bad_report", 0, "a recipient without Final-Recipient, Action or Status");
    const auto word = to_lower(first_word(*action));
    // Samples of RFC 2156 say "failure".
    const bool failed = word == "failed" || word == "failure";
    if (!failed && word != "delivered") {
      notes_.push_back("no report of action " + word + " for " + final_recipient->address);
      return std::nullopt;
    }
    if (report.recipients.size() == limits::recipients) return error("bad_report", 0, "more recipients than are taken");
    x400::ReportRecipient r;
    r.actual = or_name_of(*final_recipient, settings_);
    const auto original = typed_address(value_of(group, "Original-Recipient"));
    // With a redirection our own DSN names the intended recipient in both places (RFC 2156 5.3.8.1).
    if (const auto redirected = typed_address(value_of(group, "X400-Redirect-Recipient"))) {
      r.intended = std::move(r.actual);
      r.actual = or_name_of(*redirected, settings_);
    } else if (original) {
      if (auto intended = or_name_of(*original, settings_); !intended.matches(r.actual))
        r.intended = std::move(intended);
    }
    r.number = number_for(report, group, original ? *original : *final_recipient);
    r.indicators = failed ? failed_bits : delivered_bits;
    r.arrival = arrival();
    if (failed) set_failed(r, group, first_word(*status));
    else set_delivered(r, group);
    r.extensions.push_back(field_list(dsn_field_list_oid, group));
    failed_ = failed_ || failed;
    report.recipients.push_back(std::move(r));
    return std::nullopt;
  }

  static void set_delivered(x400::ReportRecipient& r, const Fields& group) {
    x400::Delivered out{r.arrival, 0};
    for (const auto& value : {value_of(group, "X400-Delivery-Time"), value_of(group, "Last-Attempt-Date")})
      if (value)
        if (const auto t = mail::parse_date(*value)) {
          out.time = *t;
          break;
        }
    if (const auto type = value_of(group, "X400-Type-of-MTS-User"))
      if (const auto n = parse_unsigned(first_word(*type)); n && *n <= 6) out.user_type = static_cast<int>(*n);
    r.outcome = out;
  }

  // RFC 3464 appendix B: an x400 diagnostic is read back directly; else the status decides.
  static void set_failed(x400::ReportRecipient& r, const Fields& group, std::string_view status) {
    auto code = x411_of(status);
    const auto diagnostic = typed_address(value_of(group, "Diagnostic-Code"));
    if (diagnostic && diagnostic->type == "x400") {
      if (const auto read = parse_diagnostic(diagnostic->address)) code = *read;
    } else if (diagnostic) {
      r.supplementary = diagnostic->address;
    }
    if (auto info = value_of(group, "X400-Supplementary-Info")) {
      while (info->ends_with(';') || info->ends_with(' ')) info->pop_back();
      if (info->size() >= 2 && info->starts_with('"') && info->ends_with('"'))
        *info = info->substr(1, info->size() - 2);
      r.supplementary = *info;
    }
    r.supplementary.resize(std::min(r.supplementary.size(), supplementary_limit));
    for (auto& c : r.supplementary)
      if (c < ' ' || c > '~') c = '?';
    r.outcome = x400::NonDelivered{code.reason, code.diagnostic};
  }

  // RFC 2156 5.1.8.1: the DSN itself, as a message, so that nothing of it is lost.
  void set_returned(x400::Report& report) {
    const HeadingOf heading_of = [this](ByteView message, std::vector<std::string>& notes) {
      return to_heading(mail::HeaderView(message), settings_, notes);
    };
    auto heading = heading_of(in_.message, notes_);
    if (!heading) return notes_.push_back("report without the notification itself: " + heading.error().text);
    auto body = to_body_parts(in_.message, false, settings_, heading_of, notes_);
    if (!body) return notes_.push_back("report without the notification itself: " + body.error().text);
    if (auto extension = multipart_extension(in_.message)) heading->extensions.push_back(*std::move(extension));
    report.returned = x400::encode_p772(x400::Ipm{*std::move(heading), *std::move(body)});
    report.content_type = x400::ContentType{x400::content_p22, {}};
  }

  const ToX400& in_;
  const Settings& settings_;
  const RecipientNumber& number_of_;
  Fields header_;    // of the DSN
  Fields message_;   // per-message fields
  Fields returned_;  // header of the subject message
  std::vector<std::string> notes_;
  bool failed_ = false;
};

}  // namespace

bool is_dsn(ByteView message) { return find_report(message, "delivery-status", "message/delivery-status").has_value(); }

Result<ApduItem> dsn_to_report(const ToX400& in, const Settings& settings, const RecipientNumber& number_of) {
  const auto found = find_report(in.message, "delivery-status", "message/delivery-status");
  if (!found) return error("not_a_report", 0, "no multipart/report with a message/delivery-status part");
  return ReportReader(in, settings, number_of).run(*found);
}

}  // namespace longwire::gateway
