#include "node/smtp/outgoing.hpp"

#include "base/limits.hpp"
#include "mail/parameters.hpp"
#include "node/smtp/line_check.hpp"

#include <algorithm>

namespace longwire::smtp {
namespace {

std::optional<Refusal> refuse_deliver_by(const mail::DeliverBy& by, const Hop& hop, bool final_delivery) {
  if (!by.return_if_late) return std::nullopt;
  if (by.seconds <= 0) return Refusal{"5.4.7", "delivery time expired"};
  if (final_delivery) return std::nullopt;
  // RFC 2852 4.1.4.1: MUST NOT be relayed there.
  if (!hop.extensions.deliver_by) return Refusal{"5.3.3", "next hop without DELIVERBY"};
  if (by.seconds < hop.min_deliver_by) return Refusal{"5.3.3", "next hop needs more time"};
  return std::nullopt;
}

std::optional<Refusal> refuse_body(mail::Body body, const LineFacts& facts, const Hop& hop, std::size_t max_text_line) {
  const auto& e = hop.extensions;
  if (body == mail::Body::binary) {
    if (e.binary && e.chunking) return std::nullopt;
    return Refusal{"5.6.3", "next hop does not take binary content"};
  }
  if (facts.bare_line_end || facts.nul) return Refusal{"5.6.0", "bare CR, bare LF or NUL in the message"};
  if (facts.longest_line > max_text_line) return Refusal{"5.6.0", "line too long"};
  if (facts.eight_bit && !e.eight_bit) return Refusal{"5.6.3", "next hop does not take 8-bit content"};
  return std::nullopt;
}

// RFC 2852 4.1.4.2: BY;N is not understood over there, so ask for what it would have brought.
void ask_for_delay(mail::Recipient& recipient) {
  if (!recipient.notify) recipient.notify = mail::Notify{.failure = true, .delay = true};
  else if (!recipient.notify->never) recipient.notify->delay = true;
}

// What we say must be read back as what we mean: an address made from radio, X.400 or chat text must not
// bring spaces, line ends or parameters of its own.
Outgoing::Recipient recipient_command(mail::Recipient recipient, const Hop& hop, bool add_delay) {
  if (add_delay) ask_for_delay(recipient);
  recipient.other.clear();  // meant for MULE (RFC 8494 3.3); this hop announced nothing of the kind
  const auto arguments = mail::format_rcpt_arguments(recipient, hop.extensions);
  const auto back = mail::parse_rcpt_arguments(arguments);
  if (!back || back->address != recipient.address || !back->other.empty() ||
      arguments.size() > limits::command_line - 16)
    return {{}, Refusal{"5.1.3", "address cannot be used in SMTP"}};
  return {"RCPT TO:" + arguments, std::nullopt};
}

}  // namespace

Outgoing fit_to_hop(const mail::Envelope& envelope, ByteView message, const Hop& hop, bool final_delivery,
                    std::size_t max_text_line) {
  Outgoing out;
  const auto refuse = [&](std::optional<Refusal> r) { return out.refusal = std::move(r), out; };

  const auto facts = check_lines(message);
  auto e = envelope;
  e.recipients.clear();
  e.other.clear();
  e.auth.clear();
  out.chunked = e.body == mail::Body::binary;
  // What the octets are decides, not what somebody said about them.
  if (!out.chunked) e.body = facts.eight_bit ? mail::Body::eight_bit : mail::Body::seven_bit;
  e.size = message.size() + (out.chunked || facts.ends_with_crlf ? 0U : 2U);
  e.mt_priority = e.mt_priority.value_or(0);  // RFC 6710 4.2: MUST appear

  if (e.by)
    if (auto r = refuse_deliver_by(*e.by, hop, final_delivery)) return refuse(r);
  if (auto r = refuse_body(e.body, facts, hop, max_text_line)) return refuse(r);
  if (hop.extensions.size_limit != 0 && *e.size > hop.extensions.size_limit)
    return refuse(Refusal{
        "5.3.4", "larger than the " + std::to_string(hop.extensions.size_limit) + " octets the next hop takes"});

  const auto arguments = mail::format_mail_arguments(e, hop.extensions);
  const auto back = mail::parse_mail_arguments(arguments);
  if (!back || back->from != e.from || !back->other.empty() || arguments.size() > limits::command_line - 16)
    return refuse(Refusal{"5.1.7", "sender address cannot be used in SMTP"});
  out.mail_command = "MAIL FROM:" + arguments;

  const bool add_delay = e.by && !e.by->return_if_late && !hop.extensions.deliver_by;
  for (const auto& r : envelope.recipients) out.recipients.push_back(recipient_command(r, hop, add_delay));
  return out;
}

std::string as_data(ByteView message) {
  const auto text = as_text(message);
  std::string out;
  out.reserve(text.size() + text.size() / 64 + 8);
  for (std::size_t at = 0; at < text.size();) {
    const auto lf = text.find('\n', at);
    const auto end = lf == std::string_view::npos ? text.size() : lf + 1;
    if (text[at] == '.') out += '.';
    out += text.substr(at, end - at);
    at = end;
  }
  if (!text.empty() && !text.ends_with("\r\n")) out += "\r\n";
  out += ".\r\n";
  return out;
}

}  // namespace longwire::smtp
