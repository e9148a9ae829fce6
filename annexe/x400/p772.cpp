// P22 and P772 content: the CHOICE of message and notification around ipm_body.cpp and ipn.cpp.
#include "annexe/x400/ipm_parts.hpp"

namespace longwire::x400 {

namespace {

constexpr std::uint32_t choice_message = 0;
constexpr std::uint32_t choice_notification = 1;

}  // namespace

Result<IpmsContent> decode_p772(ByteView in) {
  const auto doc = ber::Document::read(in, {limits::p772_depth, limits::ber_elements});
  if (!doc) return doc.error();
  if (doc->octets() != in.size()) return error("trailing_octets", doc->octets(), "octets behind the content");
  const auto& tag = (*doc)[0].tag;
  if (tag == ber::context_tag(choice_message, true)) {
    auto message = read_ipm(*doc, 0, 0);
    if (!message) return message.error();
    return IpmsContent(*std::move(message));
  }
  if (tag == ber::context_tag(choice_notification, true)) {
    auto notification = read_ipn(*doc, 0);
    if (!notification) return notification.error();
    return IpmsContent(*std::move(notification));
  }
  return error("bad_tag", 0, "content is neither a message [0] nor a notification [1]");
}

Bytes encode_p772(const IpmsContent& content) {
  ber::Writer out;
  if (const auto* message = std::get_if<Ipm>(&content)) write(out, ber::context_tag(choice_message, true), *message);
  else if (const auto* notification = std::get_if<Ipn>(&content))
    write(out, ber::context_tag(choice_notification, true), *notification);
  return out.finish();
}

}  // namespace longwire::x400
