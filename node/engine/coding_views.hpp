// What operators are shown of P_MUL transfers and receptions, coded ones above all (docs/coded-p_mul.md).
#pragma once

#include "node/engine/core.hpp"
#include "node/engine/transfers.hpp"

#include <boost/json.hpp>

namespace longwire::engine {

// A transfer counts, with its sources, in that life of the program in which it began.
PmulTotals totals_of(const Transfer& transfer, std::uint16_t total, std::size_t data_sent, std::size_t parity_sent);
// coded, blocks, data_sent, parity_sent, code_rate (Total / (Total + parity)), repair_ratio (Data_PDUs sent beyond the
// first Total / Total).
boost::json::object transfer_figures(std::uint16_t total, std::uint16_t blocks, std::size_t data_sent,
                                     std::size_t parity_sent);
// pmul_id, message, bearer, total, round, pending, those figures, peers[{name, acked, done, emcon, coded, wanted}]
boost::json::object transfer_json(const Core& core, const Transfer& transfer, const acp142::TransferView& view);
// source, peer, pmul_id, total, received, parity, coded, blocks, blocks_decoded, wanted, wrong_digests
boost::json::object reception_json(const Core& core, const acp142::ReceptionView& view);

// plain{transfers, sources, sent, repair_ratio}, coded{transfers, sources, sent, repair_ratio, parity, code_rate}
boost::json::object p_mul_json(const PmulTotals& plain, const PmulTotals& coded);
// Of a bearer, with those that are not over.
boost::json::object p_mul_json(const BearerLink& link, const Transfers& transfers);
// Those not over, at most 100 of each.
boost::json::array outgoing_json(const Core& core, std::size_t bearer, const Transfers& transfers);
boost::json::array incoming_json(const Core& core, std::size_t bearer);
// Of a peer, on each of its bearers: bearer, mode, decodes.
boost::json::array coding_json(const Core& core, PeerIndex peer);

}  // namespace longwire::engine
