// BearerSet: all bearers of a node, each with the sockets of its kind.
#pragma once

#include "node/engine/node.hpp"
#include "node/io/bearer_port.hpp"
#include "node/io/clock.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace longwire::io {

class BearerSet {
 public:
  struct Owner {
    std::function<void(engine::Event)> feed;
    std::function<void(std::string_view level, std::string_view name, boost::json::object)> report;
  };

  // Throws std::runtime_error when a port that others connect to cannot be opened.
  BearerSet(boost::asio::io_context& io, engine::Node& node, std::uint64_t seed, Clock& clock, Owner owner);

  void start();
  void stop();
  // The turn's share of the bearers, after a drain: EMCON first, then what waited for the drain, then
  // new datagrams. True when any were sent.
  bool turn();

 private:
  BearerPort::Handlers handlers_for(engine::BearerIndex bearer);

  engine::Node& node_;
  Clock& clock_;
  Owner owner_;
  std::vector<std::unique_ptr<BearerPort>> bearers_;
};

}  // namespace longwire::io
