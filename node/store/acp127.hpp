// Rows of ACP 127: the operator's desk, and what was handed to circuits.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <string>

namespace longwire::store {

// A received message that waits for an operator; with reason "section" for its other sections.
struct DeskRow {
  std::uint64_t id = 0;  // given by desk_insert(); grows, never reused
  std::string circuit;
  Time time;
  std::string reason;  // named error
  std::string detail;  // for the operator, with the line
  std::string text;    // as received, IA5
  std::uint64_t alert = 0;
};

// The name a message has on a circuit, kept so that it has the same one when it must be sent again.
struct CircuitSent {
  std::string serial;
  Time filed;
};

}  // namespace longwire::store
