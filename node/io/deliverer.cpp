#include "node/io/deliverer.hpp"

#include "base/limits.hpp"
#include "node/io/endpoint.hpp"
#include "node/io/maildir_file.hpp"
#include "node/smtp/maildir.hpp"

#include <boost/asio/post.hpp>

namespace longwire::io {

namespace {

using engine::event::DeliveryResult;
using Outcome = DeliveryResult::PerRecipient::Outcome;

Outcome outcome_of(smtp::ClientSession::Outcome::Kind kind) {
  using Kind = smtp::ClientSession::Outcome::Kind;
  switch (kind) {
    case Kind::delivered:
      return Outcome::delivered;
    case Kind::temporary:
      return Outcome::temporary;
    case Kind::permanent:
      return Outcome::permanent;
  }
  return Outcome::temporary;
}

DeliveryResult::PerRecipient maildir_outcome(const MaildirResult& result) {
  switch (result.kind) {
    case MaildirResult::Kind::written:
      return {Outcome::delivered, "2.0.0", "written to the Maildir"};
    case MaildirResult::Kind::already_there:
      return {Outcome::delivered, "2.0.0", "in the Maildir already"};
    case MaildirResult::Kind::temporary:
      return {Outcome::temporary, "4.2.0", result.text};
    case MaildirResult::Kind::permanent:
      return {Outcome::permanent, "5.2.0", result.text};
  }
  return {Outcome::temporary, "4.2.0", {}};
}

struct Place {
  std::string pattern, store_id, host;
};

DeliveryResult to_maildir(const engine::action::Deliver& action, const Place& where) {
  DeliveryResult result{action.delivery, {}, {}};
  for (const auto& recipient : action.envelope.recipients) {
    const auto folder = smtp::expand_maildir(where.pattern, recipient.address);
    if (!folder) {
      result.recipients.push_back({Outcome::permanent, "5.1.3", folder.error().text});
      continue;
    }
    const auto name = smtp::maildir_name(where.store_id, action.message, recipient.address, where.host);
    result.recipients.push_back(maildir_outcome(write_maildir(*folder, name, action.octets)));
  }
  return result;
}

}  // namespace

Deliverer::Deliverer(boost::asio::io_context& io, const engine::Config& config, DeliverTls tls, crypto::Random& random,
                     std::string store_id, OnResult on_result)
    : io_(io),
      config_(config),
      tls_(std::move(tls)),
      random_(random),
      store_id_(std::move(store_id)),
      on_result_(std::move(on_result)),
      writers_(limits::delivery_writers) {}

void Deliverer::deliver(engine::action::Deliver action) {
  if (!under_way_.begin(action)) return;
  waiting_.push_back(std::move(action));
  start_next();
}

void Deliverer::stop() {
  waiting_.clear();
  under_way_ = {};
  // What is being written is finished; the rest, and the results, come again after the next start.
  writers_.stop();
  writers_.join();
  const auto open = std::exchange(open_, {});
  for (const auto& c : open) c->abort();
}

void Deliverer::start_next() {
  while (!waiting_.empty() && open_.size() < limits::delivery_connections) {
    auto action = std::move(waiting_.front());
    waiting_.pop_front();
    if (!config_.deliver.maildir.empty()) write(std::move(action));
    else if (config_.deliver.lmtp) converse(std::move(action), *config_.deliver.lmtp, true);
    else converse(std::move(action), *config_.deliver.smtp, false);
  }
}

void Deliverer::finish(const DeliveriesUnderWay::Key& key, DeliveryResult result) {
  result.delivery = under_way_.end(key);
  on_result_(std::move(result));
}

void Deliverer::write(engine::action::Deliver action) {
  boost::asio::post(
      writers_, [this, action = std::move(action), where = Place{config_.deliver.maildir, store_id_, config_.name}] {
        boost::asio::post(io_, [this, key = DeliveriesUnderWay::key_of(action), result = to_maildir(action, where)] {
          finish(key, result);
        });
      });
}

// in_the_clear: with tls = "try", after a handshake that failed.
void Deliverer::converse(engine::action::Deliver action, const engine::Endpoint& server, bool lmtp, bool in_the_clear) {
  const bool tls = tls_.context && !in_the_clear;
  smtp::ClientOptions options{lmtp, config_.domain};
  options.start_tls = !tls              ? smtp::StartTls::off
                      : tls_.falls_back ? smtp::StartTls::if_offered
                                        : smtp::StartTls::require;
  options.login = tls_.login;
  options.random = &random_;
  auto key = DeliveriesUnderWay::key_of(action);
  // Only such an attempt may have to be begun again.
  const auto kept = tls && tls_.falls_back ? std::make_shared<engine::action::Deliver>(action)
                                           : std::shared_ptr<engine::action::Deliver>();
  smtp::ClientSession session(std::move(options), std::move(action.envelope), std::move(action.octets));
  DeliveryConnection::Tls how{tls ? tls_.context : nullptr, tls_.server_name, tls_.implicit};
  const auto connection = std::make_shared<std::shared_ptr<DeliveryConnection>>();
  *connection = std::make_shared<DeliveryConnection>(
      io_, server, std::move(session), std::move(how),
      [this, connection, key = std::move(key), server, lmtp, kept](const smtp::ClientSession& s, bool tls_failed) {
        const auto open = std::exchange(*connection, nullptr);
        if (tls_failed && kept) {
          boost::asio::post(io_, [this, kept, server, lmtp] { converse(std::move(*kept), server, lmtp, true); });
        } else {
          DeliveryResult result{0, {}, s.server_name().empty() ? to_string(server) : s.server_name()};
          for (const auto& o : s.outcomes())
            result.recipients.push_back({outcome_of(o.kind), o.status, o.reply, s.server_has_dsn()});
          finish(key, std::move(result));
        }
        open_.erase(open);
        boost::asio::post(io_, [this] { start_next(); });
      });
  open_.insert(*connection);
  (*connection)->start();
}

}  // namespace longwire::io
