// CircuitPort: what carries one ACP 127 circuit: a pair of folders, a TCP connection, a serial line.
#pragma once

#include "annexe/acp127/scanner.hpp"
#include "base/bytes.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace longwire::io {

class CircuitPort {
 public:
  struct Sent {
    std::uint64_t delivery = 0;
    bool ok = false;
    bool left = false;  // not ok: some of it may have gone out
    std::size_t octets = 0;
    std::string text;
  };
  struct Handlers {
    std::function<void(bool up, std::string text)> state;
    std::function<void(Sent)> sent;
    // A message out of the stream or a file.
    std::function<void(acp127::Scanned)> message;
    // Calls back once everything told so far is on the disk, or not (false).
    std::function<void(std::function<void(bool stored)>)> after_commit;
    std::function<void(std::string_view level, std::string_view name, boost::json::object fields)> report;
  };

  virtual ~CircuitPort() = default;
  virtual void start() = 0;
  virtual void stop() = 0;  // no handler is called afterwards
  // One at a time; answered by Handlers::sent, never from within.
  virtual void send(std::uint64_t delivery, std::string name, Bytes octets) = 0;
};

}  // namespace longwire::io
