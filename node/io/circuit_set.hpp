// CircuitSet: all ACP 127 circuits of a node.
#pragma once

#include "node/engine/node.hpp"
#include "node/io/circuit_port.hpp"
#include "node/io/clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace longwire::io {

class CircuitSet {
 public:
  struct Owner {
    std::function<void(engine::Event)> feed;
    std::function<void(std::function<void(bool stored)>)> after_commit;
    std::function<void(std::string_view level, std::string_view name, boost::json::object)> report;
  };
  // Throws std::runtime_error when a port that others connect to cannot be opened.
  CircuitSet(boost::asio::io_context& io, const engine::Config& config, Clock& clock, Owner owner);

  void start();
  void stop();
  void send(engine::action::CircuitOut action);

 private:
  CircuitPort::Handlers handlers_for(std::size_t circuit, const std::string& name);
  // A stream gives a message once only: it is fed again until it is on the disk.
  void feed_until_stored(engine::event::CircuitIn message);

  boost::asio::io_context& io_;
  Owner owner_;
  std::vector<bool> streams_;  // per circuit
  std::vector<std::unique_ptr<CircuitPort>> ports_;
  bool stopped_ = false;
};

}  // namespace longwire::io
