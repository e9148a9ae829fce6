#include "mail/mule.hpp"

#include "base/limits.hpp"
#include "mail/parameters.hpp"

#include <algorithm>

namespace longwire::mail {

namespace {

struct Line {
  std::string_view text;   // without CRLF
  std::size_t offset = 0;  // of its first octet in the payload
};

// Cuts envelope lines off the payload. Only CR LF ends a line (RFC 8494 3.1).
class LineReader {
 public:
  explicit LineReader(std::string_view payload) : payload_(payload) {}

  Result<Line> next() {
    const auto window = payload_.substr(at_, limits::command_line + 2);
    const auto end = window.find_first_of("\r\n");
    if (end == std::string_view::npos) {
      if (window.size() > limits::command_line) return error("line_too_long", at_, "envelope line without end");
      return error("truncated", payload_.size(), "no empty line behind the recipients");
    }
    if (end > limits::command_line) return error("line_too_long", at_, "envelope line beyond the limit");
    if (window[end] == '\r' && at_ + end + 1 == payload_.size())
      return error("truncated", payload_.size(), "the payload ends inside a line end");
    if (window.substr(end, 2) != "\r\n") return error("bare_line_end", at_ + end, "only CR LF ends a line");
    const Line line{window.substr(0, end), at_};
    at_ += end + 2;
    return line;
  }
  std::string_view rest() const { return payload_.substr(at_); }

 private:
  std::string_view payload_;
  std::size_t at_ = 0;
};

Error moved(Error e, std::size_t by) {
  e.offset += by;
  return e;
}

}  // namespace

Result<MulePayload> decode_mule(ByteView payload) {
  LineReader lines(as_text(payload));
  const auto from_line = lines.next();
  if (!from_line) return from_line.error();
  auto envelope = parse_mail_arguments(from_line->text, Dialect::mule);
  if (!envelope) return moved(envelope.error(), from_line->offset);
  MulePayload out;
  out.envelope = *std::move(envelope);
  while (true) {
    const auto line = lines.next();
    if (!line) return line.error();
    if (line->text.empty()) {
      if (out.envelope.recipients.empty()) return error("no_recipient", line->offset, "at least one RCPT-line");
      break;
    }
    if (out.envelope.recipients.size() == limits::recipients)
      return error("too_many_recipients", line->offset, "more recipients than this node takes");
    auto recipient = parse_rcpt_arguments(line->text);
    if (!recipient) return moved(recipient.error(), line->offset);
    out.envelope.recipients.push_back(*std::move(recipient));
  }
  out.message = to_bytes(lines.rest());
  return out;
}

Bytes encode_mule(const Envelope& envelope, ByteView message) {
  const auto hop = Extensions::mule();
  ByteWriter out(message.size() + 128 * (envelope.recipients.size() + 1));
  out.text(format_mail_arguments(envelope, hop));
  out.text("\r\n");
  for (const auto& recipient : envelope.recipients) {
    out.text(format_rcpt_arguments(recipient, hop));
    out.text("\r\n");
  }
  out.text("\r\n");
  out.bytes(message);
  return out.finish();
}

}  // namespace longwire::mail
