// SapTable: which client holds which service access point (A.2.1.1), and who may.
#pragma once

#include "bearers/s5066/client_session.hpp"

#include <array>
#include <optional>

namespace longwire::s5066 {

inline constexpr std::uint8_t management_sap = 0, management_rank = 15;
inline constexpr std::uint8_t reserved_sap_first = 10, reserved_sap_last = 11;  // table F-1

class SapTable {
 public:
  // Binds, or tells the reason (bind_reason) why not. broadcast_only: no ARQ session can be served.
  std::optional<std::uint8_t> bind(ClientId client, const BindRequest& request, bool broadcast_only) {
    const auto sap = request.sap;
    if (sap >= holders_.size() || (sap >= reserved_sap_first && sap <= reserved_sap_last))
      return bind_reason::invalid_sap;
    if (request.rank == management_rank && sap != management_sap) return bind_reason::invalid_sap;  // A.2.1.1 (6)
    if (!exists(request.service)) return bind_reason::invalid_sap;  // no reason fits; without an answer it would wait
    if (holders_[sap]) return bind_reason::sap_allocated;
    if (broadcast_only && request.service.mode == TransmissionMode::arq) return bind_reason::broadcast_session;
    holders_[sap] = client;
    return std::nullopt;
  }
  void unbind(std::uint8_t sap) { holders_.at(sap).reset(); }
  std::optional<ClientId> holder(std::uint8_t sap) const {
    return sap < holders_.size() ? holders_[sap] : std::nullopt;
  }

 private:
  std::array<std::optional<ClientId>, 16> holders_;
};

}  // namespace longwire::s5066
