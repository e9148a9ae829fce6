#include "node/io/circuit_set.hpp"

#include "node/io/circuit_file.hpp"
#include "node/io/circuit_serial.hpp"
#include "node/io/circuit_tcp.hpp"

#include <stdexcept>
#include <utility>

namespace longwire::io {

namespace {

constexpr std::chrono::seconds feed_again_after{1};

}  // namespace

CircuitSet::CircuitSet(boost::asio::io_context& io, const engine::Config& config, Clock& clock, Owner owner)
    : io_(io), owner_(std::move(owner)) {
  for (std::size_t i = 0; i < config.circuits.size(); ++i) {
    const auto& c = config.circuits[i];
    const auto code = c.code == "ita2" ? acp127::Code::ita2 : acp127::Code::ia5;
    auto handlers = handlers_for(i, c.name);
    streams_.push_back(c.kind != "file");
    try {
      if (c.kind == "file")
        ports_.push_back(
            std::make_unique<CircuitFile>(io, CircuitFile::Settings{c.inbox, c.outbox, code}, std::move(handlers)));
      else if (c.kind == "tcp")
        ports_.push_back(std::make_unique<CircuitTcp>(io, CircuitTcp::Settings{c.listen, c.connect, code}, clock,
                                                      std::move(handlers)));
      else
        ports_.push_back(std::make_unique<CircuitSerial>(io, CircuitSerial::Settings{c.device, c.baud, code}, clock,
                                                         std::move(handlers)));
    } catch (const std::exception& e) {
      throw std::runtime_error("[[acp127]] " + c.name + ": " + e.what());
    }
  }
}

CircuitPort::Handlers CircuitSet::handlers_for(std::size_t i, const std::string& name) {
  return {[this, i](bool up, std::string text) {
            owner_.feed(engine::event::CircuitState{i, up, std::move(text)});
          },
          [this, i](CircuitPort::Sent s) {
            owner_.feed(engine::event::CircuitDone{i, s.delivery, s.ok, s.left, s.octets, std::move(s.text)});
          },
          [this, i](acp127::Scanned s) {
            engine::event::CircuitIn message{i, std::move(s.text), std::string(s.problem)};
            if (streams_.at(i)) feed_until_stored(std::move(message));
            else owner_.feed(std::move(message));
          },
          owner_.after_commit,
          [this, name](std::string_view level, std::string_view event, boost::json::object fields) {
            fields["circuit"] = name;
            owner_.report(level, event, std::move(fields));
          }};
}

void CircuitSet::feed_until_stored(engine::event::CircuitIn message) {
  owner_.feed(message);
  owner_.after_commit([this, message = std::move(message)](bool stored) mutable {
    if (stored || stopped_) return;
    auto timer = std::make_shared<boost::asio::steady_timer>(io_, feed_again_after);
    timer->async_wait([this, timer, message = std::move(message)](const boost::system::error_code& e) mutable {
      if (!e && !stopped_) feed_until_stored(std::move(message));
    });
  });
}

void CircuitSet::start() {
  for (const auto& p : ports_) p->start();
}

void CircuitSet::stop() {
  stopped_ = true;
  for (const auto& p : ports_) p->stop();
}

void CircuitSet::send(engine::action::CircuitOut action) {
  ports_.at(action.circuit)->send(action.delivery, std::move(action.name), std::move(action.octets));
}

}  // namespace longwire::io
