// DataService: what the channel access sublayer asks of the data transfer sublayer (tables C-10 to
// C-25). Answers come later, as DataTransferEvents.
#pragma once

#include "bearers/s5066/data_transfer.hpp"

namespace longwire::s5066 {

class DataService {
 public:
  virtual ~DataService() = default;
  virtual void connection_made(Address peer, Time now) = 0;
  virtual void connection_terminated(Address peer, Time now) = 0;
  // ARQ D_PDUs went either way since the connection was made: its windows are no longer the first ones.
  virtual bool in_use(Address peer) const = 0;
  virtual void send(CPduRequest request, Time now) = 0;
  virtual void cancel(std::uint64_t ticket, Time now) = 0;
};

}  // namespace longwire::s5066
