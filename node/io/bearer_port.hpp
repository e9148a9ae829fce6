// BearerPort: what the loop needs of a bearer, whatever its kind.
#pragma once

#include "node/engine/node.hpp"

#include <functional>
#include <optional>

namespace longwire::io {

class BearerPort {
 public:
  // What a bearer tells the node; every call but report() becomes an engine::Event.
  struct Handlers {
    std::function<void(engine::Datagram)> on_datagram;
    std::function<void(bool up)> on_state;
    std::function<void(bool open, unsigned below)> on_flow;      // bearers with a queue of their own
    std::function<void(std::uint64_t ticket, bool ok)> on_done;  // likewise
    std::function<void(std::string_view level, std::string_view name, boost::json::object)> report;
  };
  using Poll = std::function<std::optional<engine::Datagram>()>;

  virtual ~BearerPort() = default;

  virtual void start() = 0;
  virtual void stop() = 0;
  // Before anything else leaves: a bearer with a machine of its own must not emit either.
  virtual void set_emcon(bool silent) = 0;
  // Takes datagrams as long as there are some and it has room. True when it took one.
  virtual bool pump(const Poll& poll) = 0;
  // What was fed to the node so far is on the disk: acknowledgements of it may leave.
  virtual void after_drain() = 0;
};

}  // namespace longwire::io
