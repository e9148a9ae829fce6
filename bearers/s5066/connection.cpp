#include "bearers/s5066/connection.hpp"

#include "bearers/s5066/over.hpp"

namespace longwire::s5066 {

std::uint8_t Connection::address_octets_of(Address a, Address b) { return address_octets_for(a, b); }

Connection::State Connection::state() const {
  if (management.outstanding() || management.owes_answer()) return State::management;
  if (urgent_business()) return State::expedited_data;
  if (!tx.idle() || ack.due() || resync.pending() || resync.owes_answer()) return State::data;
  return State::idle;
}

bool Connection::may_send(DPduType type) const {
  switch (type) {
    case DPduType::management:
    case DPduType::warning:
    case DPduType::expedited_non_arq:
      return true;
    case DPduType::ack_only:
      return connected && state() != State::management;
    case DPduType::expedited_data:
    case DPduType::expedited_ack:
      return connected && state() != State::management;
    case DPduType::data_only:
    case DPduType::data_ack:
      return connected && state() != State::management && !urgent_business() && !resync.pending();
    case DPduType::reset:
      return connected && state() != State::management && !urgent_business();
    case DPduType::non_arq:
      return state() != State::management && !urgent_business();
  }
  return false;
}

std::string_view to_string(Connection::State state) {
  switch (state) {
    case Connection::State::idle:
      return "idle";
    case Connection::State::data:
      return "data";
    case Connection::State::expedited_data:
      return "expedited_data";
    case Connection::State::management:
      return "management";
  }
  return "";
}

}  // namespace longwire::s5066
