// Deliverer: carries out action::Deliver by Maildir, LMTP or SMTP and answers with the results.
#pragma once

#include "node/engine/node.hpp"
#include "node/io/delivery_connection.hpp"
#include "node/io/report.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>

namespace longwire::io {

class Deliverer {
 public:
  using OnResult = std::function<void(engine::event::DeliveryResult)>;

  // store_id: tells this node's store from any other (smtp::maildir_name).
  Deliverer(boost::asio::io_context& io, const engine::Config& config, std::string store_id, OnResult on_result);
  void deliver(engine::action::Deliver action);
  void stop();

 private:
  void start_next();
  void converse(engine::action::Deliver action, const engine::Endpoint& server, bool lmtp);
  engine::event::DeliveryResult to_maildir(const engine::action::Deliver& action) const;

  boost::asio::io_context& io_;
  const engine::Config& config_;
  std::string store_id_;
  OnResult on_result_;
  std::deque<engine::action::Deliver> waiting_;
  std::set<std::shared_ptr<DeliveryConnection>> open_;
};

}  // namespace longwire::io
