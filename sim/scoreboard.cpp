#include "sim/scoreboard.hpp"

#include "base/rng.hpp"
#include "base/text.hpp"
#include "mail/base64.hpp"
#include "mail/dsn.hpp"
#include "mail/message.hpp"
#include "sim/fnv.hpp"

#include <algorithm>

namespace longwire::sim {

namespace {

constexpr std::size_t longest_to_field = 5;  // recipients named in the header
constexpr std::size_t body_line = 900;

// Octets that no compressor shortens: 253 of 256 values, in lines SMTP can carry with 8BITMIME.
void append_noise(Bytes& out, std::size_t octets, Rng& rng) {
  std::size_t column = 0;
  while (octets > 2) {
    if (column == body_line) {
      out.push_back('\r');
      out.push_back('\n');
      octets -= 2;
      column = 0;
      continue;
    }
    const auto value = static_cast<std::uint8_t>(rng.next() >> 32);
    if (value == 0 || value == '\r' || value == '\n') continue;
    out.push_back(value);
    ++column;
    --octets;
  }
  out.push_back('\r');
  out.push_back('\n');
}

std::string_view strip_brackets(std::string_view id) {
  id = trim(id);
  if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
  return id;
}

// Of the octets a reader gets to see: a gateway may write the same body in another transfer encoding.
std::uint64_t body_hash(ByteView message) {
  const mail::HeaderView header(message);
  const auto body = message.subspan(header.body_offset());
  const auto encoding = header.value("Content-Transfer-Encoding").value_or("");
  if (iequals(encoding, "quoted-printable"))
    return fnv1a(ByteView(mail::quoted_printable_decode(as_text(body)).octets));
  if (iequals(encoding, "base64")) return fnv1a(ByteView(mail::base64_decode(as_text(body)).octets));
  return fnv1a(body);
}

}  // namespace

Scoreboard::Scoreboard(const Scenario& scenario) : seed_(scenario.seed), start_(scenario.start) {
  for (const auto& plan : scenario.messages) {
    MessageOutcome outcome;
    outcome.plan = &plan;
    outcome.message_id = plan.name + "." + std::to_string(seed_) + "@sim.example";
    for (const auto& address : plan.to) outcome.recipients.emplace_back().address = address;
    by_message_id_.emplace(outcome.message_id, outcomes_.size());
    outcomes_.push_back(std::move(outcome));
  }
}

Bytes Scoreboard::compose(std::size_t index) {
  auto& outcome = outcomes_[index];
  const auto& plan = *outcome.plan;
  std::string to = "undisclosed-recipients:;";
  if (plan.to.size() <= longest_to_field) {
    to.clear();
    for (const auto& address : plan.to) to += (to.empty() ? "<" : ",\r\n <") + address + ">";
  }
  std::string header = "From: <" + plan.from_address + ">\r\nTo: " + to +
                       "\r\nSubject: " + (plan.subject.empty() ? plan.name : plan.subject) +
                       (plan.label.empty() ? "" : "\r\nSIO-Label: marking=\"" + plan.label + "\"") +
                       "\r\nDate: " + format_rfc5322(start_ + plan.at) + "\r\nMessage-ID: <" + outcome.message_id +
                       ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
                       "Content-Transfer-Encoding: 8bit\r\n\r\n";
  Bytes message = to_bytes(header);
  if (plan.body.empty()) {
    // A second attempt sends the very same octets, as a mail program does.
    Rng rng(fnv1a(std::string_view(outcome.message_id)) ^ seed_);
    append_noise(message, plan.size > message.size() + 2 ? plan.size - message.size() : 2, rng);
  } else {
    message.insert(message.end(), plan.body.begin(), plan.body.end());
    if (!as_text(message).ends_with("\r\n")) message.insert(message.end(), {'\r', '\n'});
  }
  outcome.octets = message.size();
  outcome.body_hash = body_hash(message);
  return message;
}

std::string_view Scoreboard::delivered(const engine::action::Deliver& delivery, const std::string& node, Time now) {
  std::string_view word = "delivered";
  for (const auto& recipient : delivery.envelope.recipients) {
    if (!files_.emplace(node, delivery.message, recipient.address).second) word = "delivered again";
    else word = deliver_to(recipient.address, delivery, node, now);
  }
  return word;
}

std::string_view Scoreboard::deliver_to(const std::string& address, const engine::action::Deliver& delivery,
                                        const std::string& node, Time now) {
  const mail::HeaderView header(delivery.octets);
  const auto id = header.value("Message-ID");
  auto known = id ? by_message_id_.find(strip_brackets(*id)) : by_message_id_.end();
  if (known == by_message_id_.end() && id && strip_brackets(*id).ends_with("@MHS"))
    known = by_subject(header.value("Subject").value_or(""));
  if (known == by_message_id_.end())
    return note_report(delivery.octets, now) ? "report delivered" : "stranger delivered";
  auto& outcome = outcomes_[known->second];
  for (auto& recipient : outcome.recipients) {
    if (!iequals(recipient.address, address)) continue;
    if (body_hash(delivery.octets) != outcome.body_hash) recipient.corrupted = true;
    if (recipient.delivered) {
      ++recipient.duplicates;
      return "duplicate";
    }
    recipient.delivered = now;
    recipient.node = node;
    return recipient.corrupted ? "corrupted" : "delivered";
  }
  return "wrong recipient";
}

// DMP has no room for a Message-ID: the far node makes one, and only the subject tells which message it was.
Scoreboard::ById::iterator Scoreboard::by_subject(std::string_view subject) {
  return std::ranges::find_if(by_message_id_, [&](const auto& entry) {
    const auto& plan = *outcomes_[entry.second].plan;
    return subject == (plan.subject.empty() ? plan.name : plan.subject);
  });
}

bool Scoreboard::note_report(ByteView octets, Time now) {
  const auto report = mail::parse_dsn(octets);
  if (!report) return false;
  auto known = by_message_id_.find(strip_brackets(report->original_message_id));
  // A gateway returns the far node's report in place of the message, and refers to the message.
  if (known == by_message_id_.end())
    known = by_message_id_.find(strip_brackets(mail::HeaderView(octets).value("References").value_or("")));
  if (known == by_message_id_.end()) return false;
  for (const auto& about : report->recipients)
    for (auto& recipient : outcomes_[known->second].recipients) {
      if (!iequals(recipient.address, about.final_recipient) &&
          !iequals("rfc822; " + recipient.address, about.original_recipient) &&
          !iequals("rfc822;" + recipient.address, about.original_recipient))
        continue;
      if (about.action == mail::DsnAction::delivered || about.action == mail::DsnAction::relayed)
        ++recipient.success_reports;
      if (about.action != mail::DsnAction::failed || recipient.reported) continue;
      recipient.reported = now;
      recipient.status = about.status;
    }
  return true;
}

std::size_t Scoreboard::accepted_recipients() const {
  std::size_t n = 0;
  for (const auto& outcome : outcomes_)
    if (outcome.accepted)
      n +=
          static_cast<std::size_t>(std::ranges::count_if(outcome.recipients, [](const auto& r) { return !r.refused; }));
  return n;
}

std::size_t Scoreboard::delivered_recipients() const {
  std::size_t n = 0;
  for (const auto& outcome : outcomes_)
    n += static_cast<std::size_t>(
        std::ranges::count_if(outcome.recipients, [](const auto& r) { return r.delivered.has_value(); }));
  return n;
}

}  // namespace longwire::sim
