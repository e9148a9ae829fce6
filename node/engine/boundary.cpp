#include "node/engine/boundary.hpp"

#include "base/text.hpp"
#include "mail/mime.hpp"
#include "mail/parameters.hpp"
#include "node/engine/judge.hpp"
#include "node/engine/protection.hpp"
#include "node/engine/x400_reports.hpp"

#include <algorithm>

namespace longwire::engine {

namespace {

constexpr std::string_view envid_prefix = "X400-MTS-Identifier: ";

// The O/R name in an address at NAME.x400.invalid (routing.hpp).
std::optional<x400::OrName> hosted_name(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || !address.ends_with("." + std::string(x400_domain))) return std::nullopt;
  std::string local;
  const bool quoted = at >= 2 && address.front() == '"' && address[at - 1] == '"';
  for (std::size_t i = quoted ? 1 : 0; i < (quoted ? at - 1 : at); ++i) {
    if (quoted && address[i] == '\\' && i + 2 < at) ++i;
    local += address[i];
  }
  auto name = x400::parse_or_name(local);
  if (!name) return std::nullopt;
  return *std::move(name);
}

}  // namespace

std::string envid_of(const x400::MtsId& id) { return mail::xtext_encode(std::string(envid_prefix) + to_string(id)); }

std::optional<x400::MtsId> mts_id_of(const std::string& envid) {
  const auto text = mail::xtext_decode(envid);
  if (!text || !text->starts_with(envid_prefix)) return std::nullopt;
  auto id = x400::parse_mts_id(std::string_view(*text).substr(envid_prefix.size()));
  if (!id) return std::nullopt;
  return *std::move(id);
}

std::string conversion_status(const Error& error) {
  if (error.name == "address_too_long" || error.name == "bad_address") return "5.1.3";
  if (error.name == "critical_extension") return "5.3.3";
  if (error.name == "mixer_loop") return "5.4.6";
  return "5.6.0";
}

x400::MtsId Boundary::id_of(const store::MessageRow& row) const {
  if (auto id = mts_id_of(row.envelope.envid)) return *std::move(id);
  return {core_.gateway.domain, row.tracking_id};
}

int Boundary::number_of(const store::MessageRow& row, std::uint32_t index) const {
  const auto number = row.rows.at(index).x400_number;
  return number != 0 ? number : static_cast<int>(index) + 1;
}

Result<Boundary::Apdu> Boundary::apdu_of(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients,
                                         View view, Time now) {
  return row.form == store::Form::p1 ? relayed(row, recipients, view, now) : converted(row, recipients, view, now);
}

std::optional<security::Shaper::OpenedContent> Boundary::open(const store::MessageRow& row, x400::Message& message,
                                                              Time now) {
  auto& type = message.envelope.content_type;
  if (!may_be_protected(type)) return std::nullopt;
  auto opened = core_.shaper.open_content({oid_of(type), message.content}, opening_profile(core_, row.from_peer),
                                          row.envelope.from, now);
  type = type_of(opened.content.type);
  message.content = opened.content.octets;
  return opened;
}

Result<Boundary::Apdu> Boundary::converted(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients,
                                           View view, Time now) {
  auto envelope = row.envelope;
  std::vector<int> numbers;
  for (const auto i : recipients) {
    envelope.recipients.push_back(row.rows.at(i).recipient);
    numbers.push_back(number_of(row, i));
  }
  auto body = core_.store.body(row.id);
  if (view == View::opened)
    body = core_.shaper.open_mail(body, opening_profile(core_, row.from_peer), row.envelope.from, now).message;
  gateway::ToX400 in{envelope, std::move(numbers), body, row.tracking_id, now, std::nullopt};
  if (envelope.by && envelope.by->return_if_late) in.latest_delivery = row.deliver_by;
  auto item = gateway::to_x400(in, core_.gateway);
  if (!item) return item.error();
  if (auto* report = std::get_if<x400::Report>(&item->apdu)) {
    number_recipients(*report);
    if (auto name = hosted_name(envelope.recipients.front().address)) report->destination = *std::move(name);
  }
  return Apdu{x400::encode_p1(item->apdu), std::move(item->notes)};
}

// A DSN does not say which number X.400 gave a recipient; the message it speaks of does.
void Boundary::number_recipients(x400::Report& report) {
  const auto subject = find(report.subject);
  if (!subject) return;
  for (auto& r : report.recipients) {
    const auto actual = core_.gateway.addresses.to_rfc822(r.intended ? *r.intended : r.actual);
    for (std::uint32_t i = 0; i < subject->rows.size(); ++i)
      if (iequals(subject->rows[i].recipient.address, actual)) r.number = number_of(*subject, i);
  }
}

// Members of an expanded list all carry the list's number, so the name tells too.
std::size_t Boundary::position_in(const x400::MessageEnvelope& envelope, const store::MessageRow& row,
                                  std::uint32_t index) const {
  const auto& all = envelope.recipients;
  const auto number = number_of(row, index);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].number == number && address_of(core_, all[i].name) == row.rows.at(index).recipient.address) return i;
  const auto at = std::find_if(all.begin(), all.end(), [number](const auto& r) { return r.number == number; });
  return static_cast<std::size_t>(at - all.begin());
}

Result<Boundary::Apdu> Boundary::relayed(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients,
                                         View view, Time now) {
  auto body = core_.store.body(row.id);
  if (core_.counts_as_local(row.from_peer)) return Apdu{std::move(body), {}};  // made here: our trace is in it
  x400::TraceElement own;
  own.domain = core_.gateway.domain;
  own.arrival = row.accepted;
  const auto decoded = x400::decode_p1(body);
  if (!decoded) return decoded.error();
  std::vector<std::size_t> positions;
  if (const auto* m = std::get_if<x400::Message>(&*decoded))
    for (const auto i : recipients) positions.push_back(position_in(m->envelope, row, i));
  auto octets = x400::relay(body, own, positions);
  if (!octets) return octets.error();
  if (view == View::as_came) return Apdu{*std::move(octets), {}};
  auto again = x400::decode_p1(*octets);
  if (!again) return again.error();
  auto* m = std::get_if<x400::Message>(&*again);
  if (m == nullptr || !open(row, *m, now)) return Apdu{*std::move(octets), {}};
  return Apdu{x400::encode_p1(*again), {}};
}

Result<Boundary::Mail> Boundary::mail_of(const store::MessageRow& row, const std::vector<std::uint32_t>& recipients,
                                         View view, Time now) {
  auto envelope = row.envelope;
  for (const auto i : recipients) envelope.recipients.push_back(row.rows.at(i).recipient);
  const auto body = core_.store.body(row.id);
  if (row.form == store::Form::rfc5322 && view == View::as_came) return Mail{std::move(envelope), body, {}};
  if (row.form == store::Form::rfc5322) {
    auto opened = core_.shaper.open_mail(body, opening_profile(core_, row.from_peer), row.envelope.from, now);
    if (opened.message != body) envelope.body = mail::body_needed(opened.message);
    return Mail{std::move(envelope), std::move(opened.message), {}, std::move(opened.receipt_asked)};
  }
  auto apdu = x400::decode_p1(body);
  if (!apdu) return apdu.error();
  std::optional<security::ReceiptAsked> receipt_asked;
  std::string results;
  if (auto* m = std::get_if<x400::Message>(&*apdu); m != nullptr && view == View::opened)
    if (auto opened = open(row, *m, now)) {
      receipt_asked = std::move(opened->receipt_asked);
      results = security::authentication_results(core_.config.domain, opened->verdict);
    }
  gateway::FindSubject known;
  if (const auto* report = std::get_if<x400::Report>(&*apdu))
    if (const auto about = find(report->subject); about && may_report(*about, *report, row.from_peer))
      known = subject(*about);
  auto item = gateway::to_mail(*apdu, settings_for(core_, row.from_peer), known, now);
  if (!item) return item.error();
  if (view == View::opened) {
    // Takes out what claims to be our judgement; ours goes in front.
    auto clean = core_.shaper.open_mail(item->message, opening_profile(core_, row.from_peer), row.envelope.from, now);
    item->message = to_bytes(results);
    item->message.insert(item->message.end(), clean.message.begin(), clean.message.end());
  }
  envelope.body = item->envelope.body;  // what the mail needs, which the row of an APDU does not know
  return Mail{std::move(envelope), std::move(item->message), std::move(item->notes), std::move(receipt_asked)};
}

std::optional<store::MessageRow> Boundary::find(const x400::MtsId& id) {
  if (id.domain == core_.gateway.domain)
    if (auto row = core_.store.find(id.local)) return row;
  auto rows = core_.store.find_by_envelope(envid_of(id), {});
  if (rows.empty()) return std::nullopt;
  // One message may stand in two rows, one for mail and one to be relayed: both have its originator.
  return std::move(rows.front());
}

bool Boundary::is_from(const store::MessageRow& row, const x400::OrName& name) const {
  if (row.envelope.from.empty()) return false;
  if (iequals(address_of(core_, name, row.from_peer), row.envelope.from)) return true;
  const auto own = core_.gateway.addresses.to_or(row.envelope.from);
  return own && own->matches(name);
}

bool Boundary::may_report(const store::MessageRow& row, const x400::Report& report, PmulId from) const {
  const auto peer = core_.router.peer_of(from);
  if (!peer || !is_from(row, report.destination)) return false;
  const auto& name = core_.config.peers[*peer].name;
  return std::all_of(report.recipients.begin(), report.recipients.end(), [&](const x400::ReportRecipient& r) {
    for (std::uint32_t i = 0; i < row.rows.size(); ++i) {
      const auto& handed = row.rows[i];
      const bool untouched = handed.state == store::RecipientState::queued && handed.attempts == 0;
      if (number_of(row, i) == r.number && handed.next_hop == name && !untouched) return true;
    }
    return false;
  });
}

gateway::FindSubject Boundary::subject(const store::MessageRow& row) const {
  gateway::SubjectMail out{row.envelope.from, row.envelope.envid, row.message_id, row.accepted, {}};
  for (std::uint32_t i = 0; i < row.rows.size(); ++i) {
    const auto at = static_cast<std::size_t>(number_of(row, i)) - 1;
    if (at >= limits::x400_recipients) continue;
    if (out.recipients.size() <= at) out.recipients.resize(at + 1);
    out.recipients[at] = row.rows[i].recipient;
  }
  return [known = std::move(out)](const x400::MtsId&) -> std::optional<gateway::SubjectMail> { return known; };
}

gateway::FindSubject Boundary::subject_of_own(const x400::Report& report, PmulId from) {
  // A message may come under an identifier of another, even one of ours.
  const auto row = find(report.subject);
  return row && row->from_peer == from && is_from(*row, report.destination) ? subject(*row) : gateway::FindSubject{};
}

}  // namespace longwire::engine
