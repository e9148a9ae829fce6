// EmissionGate: the one place every datagram passes on its way to a bearer (design 2.6). Under
// radio silence nothing passes, whoever asked and whatever it is.
#pragma once

#include "node/engine/node.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace longwire::engine {

class EmissionGate {
 public:
  bool silent() const { return silent_; }
  // When timed silence ends; never when it has no end.
  Time until() const { return until_; }

  void silence(Time until = never) {
    silent_ = true;
    until_ = until;
  }
  void lift() {
    silent_ = false;
    until_ = never;
  }
  // Timed silence whose end has come is lifted; true when that happened now.
  bool expire(Time now);

  // The datagram itself, or nothing; what was stopped is counted.
  std::optional<Datagram> pass(Datagram datagram);
  std::uint64_t stopped() const { return stopped_; }

  // Form kept in the store's settings: "off", "on" or "until <microseconds since 1970>".
  std::string save() const;
  // False when the text is none of these: then silence is kept, the safe side.
  bool load(std::string_view saved);

 private:
  bool silent_ = false;
  Time until_ = never;
  std::uint64_t stopped_ = 0;
};

}  // namespace longwire::engine
