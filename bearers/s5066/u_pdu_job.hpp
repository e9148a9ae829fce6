// UPduJob: one S_PDU on its way out, from the acceptance of a client's request to its end.
#pragma once

#include "bearers/s5066/client_session.hpp"
#include "bearers/s5066/data_transfer.hpp"

namespace longwire::s5066 {

inline constexpr ClientId node_itself = 0;  // confirms and hard link S_PDUs

struct UPduJob {
  enum class State : std::uint8_t {
    waiting,         // for a link, the modem, the end of a silence, its turn
    in_transfer,     // handed to the data transfer sublayer under `ticket`
    awaiting_client  // the far node has it; the far client's S_PDU 1 or 2 is missing
  };
  std::uint64_t id = 0;
  ClientId client = node_itself;
  std::uint8_t source_sap = 0, dest_sap = 0;
  Address dest;
  Service service = Service::non_arq;
  std::uint8_t priority = 0;
  bool in_order = false;
  unsigned repeats = 0;
  Confirmation confirmation = Confirmation::none;
  Time expiry = never;
  Time give_up = never;      // of the confirmation; runs from the first transfer on
  std::size_t u_pdu_at = 0;  // where the U_PDU begins in the S_PDU
  Bytes s_pdu;
  State state = State::waiting;
  std::uint64_t ticket = 0;
  unsigned transfers = 0;  // handed down so many times
  bool one_link = false;   // means something on the present link only: hard link S_PDUs

  bool arq() const { return service == Service::arq || service == Service::expedited_arq; }
  bool expedited() const { return service == Service::expedited_arq || service == Service::expedited_non_arq; }
  ByteView u_pdu() const { return ByteView(s_pdu).subspan(u_pdu_at); }
  Time deadline() const { return std::min(expiry, give_up); }
};

}  // namespace longwire::s5066
