#include "node/io/submissions.hpp"

#include <utility>

namespace longwire::io {

smtp::Reply Submissions::on_mail(const smtp::Client& client, mail::Envelope& envelope, Time now) {
  auto reply = node_.on_mail(client, envelope, now);
  if (reply.positive()) open_.insert(client.session);
  return reply;
}

smtp::Reply Submissions::on_rcpt(const smtp::Client& client, const mail::Envelope& envelope,
                                 const mail::Recipient& recipient, Time now) {
  return node_.on_rcpt(client, envelope, recipient, now);
}

smtp::Reply Submissions::on_message(const smtp::Client& client, mail::Envelope envelope, Bytes message, Time now) {
  open_.erase(client.session);
  ++handed_over_;
  return node_.on_message(client, std::move(envelope), std::move(message), now);
}

}  // namespace longwire::io
