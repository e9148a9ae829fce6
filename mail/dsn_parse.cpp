#include "base/text.hpp"
#include "mail/dsn.hpp"
#include "mail/dsn_format.hpp"
#include "mail/message.hpp"
#include "mail/mime.hpp"

#include <algorithm>

namespace longwire::mail {

namespace {

std::optional<DsnAction> parse_action(std::string_view word) {
  for (const auto action :
       {DsnAction::failed, DsnAction::delayed, DsnAction::delivered, DsnAction::relayed, DsnAction::expanded})
    if (iequals(word, to_string(action))) return action;
  return std::nullopt;
}

// "rfc822; a@b" -> type and address.
std::optional<std::pair<std::string_view, std::string_view>> typed(std::string_view value) {
  const auto semicolon = value.find(';');
  if (semicolon == std::string_view::npos) return std::nullopt;
  return std::pair{trim(value.substr(0, semicolon)), trim(value.substr(semicolon + 1))};
}

// RFC 3464 2.3: Final-Recipient, Action and Status must be there.
Result<ParsedDsn::PerRecipient> read_recipient(const HeaderView& fields, std::size_t offset) {
  ParsedDsn::PerRecipient out;
  if (const auto value = fields.value("Original-Recipient"))
    if (const auto parts = typed(*value))
      out.original_recipient = std::string(parts->first) + ';' + std::string(parts->second);
  const auto final_recipient = fields.value("Final-Recipient");
  const auto address = final_recipient ? typed(*final_recipient) : std::nullopt;
  const auto action = fields.value("Action");
  const auto status = fields.value("Status");
  if (!address || !action || !status)
    return error("bad_report", offset, "a recipient without Final-Recipient, Action or Status");
  const auto word = std::string_view(*action).substr(0, action->find_first_of(" \t("));
  const auto known = parse_action(word);
  if (!known) return error("bad_report", offset, "unknown Action");
  out.final_recipient = address->second;
  out.action = *known;
  out.status = status->substr(0, status->find_first_of(" \t("));
  if (const auto value = fields.value("Diagnostic-Code")) out.diagnostic = *value;
  return out;
}

// Groups of fields between empty lines: the first is about the message, each other about one recipient.
Result<void> read_status(ByteView body, std::size_t offset, ParsedDsn& out) {
  bool first = true;
  for (std::size_t at = 0; at < body.size();) {
    const HeaderView fields(body.subspan(at));
    if (fields.fields().empty()) {
      if (fields.body_offset() == 0) return error("bad_report", offset + at, "no field in the delivery status");
    } else if (first) {
      out.original_envid = fields.value("Original-Envelope-Id").value_or("");
      out.x400_subject = fields.value("X400-Subject-Submission-Identifier").value_or("");
      first = false;
    } else {
      if (out.recipients.size() == limits::recipients)
        return error("bad_report", offset + at, "more recipients than this node takes");
      auto recipient = read_recipient(fields, offset + at);
      if (!recipient) return recipient.error();
      out.recipients.push_back(*std::move(recipient));
    }
    at += fields.body_offset();
  }
  if (out.recipients.empty()) return error("bad_report", offset, "no recipient in the delivery status");
  return {};
}

std::string message_id_of(ByteView header) {
  auto id = HeaderView(header).value("Message-ID").value_or("");
  if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
  return id;
}

}  // namespace

Result<ParsedDsn> parse_dsn(ByteView message) {
  const auto parts = walk_mime(message);
  if (!parts) return error("not_a_report", parts.error().offset, parts.error().text);
  const auto& top = parts->front().content_type;
  const auto is_child = [](const MimePart& p, std::string_view type) {
    return p.depth == 2 && p.content_type.type == type;
  };
  const auto status =
      std::find_if(parts->begin(), parts->end(), [&](const auto& p) { return is_child(p, "message/delivery-status"); });
  if (top.type != "multipart/report" || !iequals(top.parameter("report-type"), "delivery-status") ||
      status == parts->end())
    return error("not_a_report", 0, "no multipart/report with a message/delivery-status part");
  ParsedDsn out;
  const auto done = read_status(message.subspan(status->body, status->end - status->body), status->body, out);
  if (!done) return done.error();
  for (const auto& p : *parts)
    if (is_child(p, "message/rfc822") || is_child(p, "text/rfc822-headers"))
      out.original_message_id = message_id_of(message.subspan(p.body, p.end - p.body));
  return out;
}

}  // namespace longwire::mail
