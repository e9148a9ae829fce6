// HfBearerIo: the ports, the timer and the SIS clients of one bearer of kind "stanag5066" or "modem".
//
// A turn: what came in is fed, run(), its events go to the node. What the stack wants to send then
// waits for after_drain() if a datagram was among the events: the acknowledgement of an ARQ D_PDU must
// not leave before its contents are on the disk.
#pragma once

#include "bearers/hf_bearer.hpp"
#include "node/engine/config.hpp"
#include "node/io/bearer_port.hpp"
#include "node/io/byte_port.hpp"
#include "node/io/clock.hpp"
#include "node/io/sis_listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace longwire::io {

class HfBearerIo : public BearerPort {
 public:
  // Throws std::runtime_error when the SIS port cannot be opened.
  HfBearerIo(boost::asio::io_context& io, const engine::Config& config, engine::BearerIndex index, std::uint64_t seed,
             Clock& clock, Handlers handlers);
  ~HfBearerIo() override;

  void start() override;
  void stop() override;
  void set_emcon(bool silent) override;
  bool pump(const Poll& poll) override;
  void after_drain() override;

  boost::json::object status(Time now) const { return bearer_->status(now); }
  std::vector<std::string> sis_addresses() const;

 private:
  BytePort::Handlers port_handlers(std::size_t port);
  void open_tcp(std::size_t port, const engine::Endpoint& where);
  void open_serial();
  std::chrono::microseconds most_keyed() const;
  void turn();
  void tell(bearers::HfEvent event);
  void flush();
  void sleep();

  boost::asio::io_context& io_;
  engine::BearerConfig config_;
  Clock& clock_;
  Handlers handlers_;
  std::unique_ptr<bearers::HfBearer> bearer_;
  std::vector<std::unique_ptr<BytePort>> ports_;
  std::optional<SisListener> sis_;
  boost::asio::steady_timer wake_;
  std::vector<std::string> last_failure_;  // of each port: told once
  bool waits_for_drain_ = false;
  bool silent_ = false;
  bool stopped_ = true;
};

}  // namespace longwire::io
