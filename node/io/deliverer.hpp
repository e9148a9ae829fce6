// Deliverer: carries out action::Deliver by Maildir, LMTP or SMTP and answers with the results.
//
// A Maildir file costs two fsync() calls, on a busy disk many milliseconds. They run in a few threads
// of their own, which touch nothing of the node: a copy of the message goes in, a result comes out.
#pragma once

#include "node/engine/node.hpp"
#include "node/io/deliveries_under_way.hpp"
#include "node/io/delivery_connection.hpp"
#include "node/io/report.hpp"
#include "node/io/tls_setup.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

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
  // random: for logins; must outlive it.
  Deliverer(boost::asio::io_context& io, const engine::Config& config, DeliverTls tls, crypto::Random& random,
            std::string store_id, OnResult on_result);
  void deliver(engine::action::Deliver action);
  void stop();

 private:
  void start_next();
  void converse(engine::action::Deliver action, const engine::Endpoint& server, bool lmtp, bool in_the_clear = false);
  void write(engine::action::Deliver action);
  void finish(const DeliveriesUnderWay::Key& key, engine::event::DeliveryResult result);

  boost::asio::io_context& io_;
  const engine::Config& config_;
  DeliverTls tls_;
  crypto::Random& random_;
  std::string store_id_;
  OnResult on_result_;
  std::deque<engine::action::Deliver> waiting_;
  DeliveriesUnderWay under_way_;
  std::set<std::shared_ptr<DeliveryConnection>> open_;
  boost::asio::thread_pool writers_;  // last: its threads end before what they use
};

}  // namespace longwire::io
