#include "node/engine/coding_views.hpp"

#include "node/engine/bearer_setup.hpp"

#include <algorithm>

namespace longwire::engine {

namespace json = boost::json;

namespace {

constexpr std::size_t most_shown = 100;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}
double code_rate(std::uint64_t sources, std::uint64_t parity) {
  return sources + parity == 0 ? 1 : share(sources, sources + parity);
}
std::uint64_t beyond(std::uint64_t sent, std::uint64_t first) { return sent - std::min(sent, first); }

std::string name_of(const Core& core, PmulId id) {
  const auto peer = core.router.peer_of(id);
  return peer ? core.config.peers[*peer].name : to_string(id);
}

json::object totals_json(const PmulTotals& t) {
  return {{"transfers", t.transfers},
          {"sources", t.sources},
          {"sent", t.sent},
          {"repair_ratio", share(beyond(t.sent, t.sources), t.sources)}};
}

const Transfer* find(const Transfers& transfers, std::uint32_t id) {
  const auto at = transfers.all().find(id);
  return at == transfers.all().end() ? nullptr : &at->second;
}

}  // namespace

PmulTotals totals_of(const Transfer& transfer, std::uint16_t total, std::size_t data_sent, std::size_t parity_sent) {
  if (transfer.resumed) return {0, 0, data_sent, parity_sent};
  return {1, total, data_sent, parity_sent};
}

json::object transfer_figures(std::uint16_t total, std::uint16_t blocks, std::size_t data_sent,
                              std::size_t parity_sent) {
  return {{"coded", blocks != 0},
          {"blocks", blocks},
          {"data_sent", data_sent},
          {"parity_sent", parity_sent},
          {"code_rate", code_rate(total, parity_sent)},
          {"repair_ratio", share(beyond(data_sent, total), total)}};
}

json::object transfer_json(const Core& core, const Transfer& transfer, const acp142::TransferView& view) {
  json::array peers;
  for (const auto& d : view.destinations)
    peers.push_back(json::object{{"name", name_of(core, d.id)},
                                 {"acked", d.acked},
                                 {"done", d.done},
                                 {"emcon", d.emcon},
                                 {"coded", d.coded},
                                 {"wanted", d.wanted}});
  json::object out{
      {"pmul_id", transfer.id}, {"message", transfer.message}, {"bearer", core.config.bearers[transfer.bearer].name},
      {"total", view.total},    {"round", view.round},         {"pending", view.pending_pdus}};
  for (auto& [key, value] : transfer_figures(view.total, view.blocks, view.data_sent, view.parity_sent))
    out[key] = std::move(value);
  out["peers"] = std::move(peers);
  return out;
}

json::object reception_json(const Core& core, const acp142::ReceptionView& view) {
  return {{"source", to_string(view.key.source)},
          {"peer", name_of(core, view.key.source)},
          {"pmul_id", view.key.message_id},
          {"total", view.total},
          {"received", view.received},
          {"parity", view.parity},
          {"coded", view.blocks != 0},
          {"blocks", view.blocks},
          {"blocks_decoded", view.blocks_decoded},
          {"wanted", view.wanted},
          {"wrong_digests", view.wrong_digests}};
}

json::object p_mul_json(const PmulTotals& plain, const PmulTotals& coded) {
  auto with_parity = totals_json(coded);
  with_parity["parity"] = coded.parity;
  with_parity["code_rate"] = code_rate(coded.sources, coded.parity);
  return {{"plain", totals_json(plain)}, {"coded", std::move(with_parity)}};
}

json::object p_mul_json(const BearerLink& link, const Transfers& transfers) {
  auto plain = link.traffic.plain, coded = link.traffic.coded;
  for (const auto& view : link.entity.transfers()) {
    const auto* t = find(transfers, view.message_id);
    if (t == nullptr || view.data_sent == 0) continue;  // it has not begun
    (view.blocks != 0 ? coded : plain).add(totals_of(*t, view.total, view.data_sent, view.parity_sent));
  }
  return p_mul_json(plain, coded);
}

json::array outgoing_json(const Core& core, std::size_t bearer, const Transfers& transfers) {
  json::array out;
  for (const auto& view : core.bearers[bearer].entity.transfers()) {
    if (out.size() == most_shown) break;
    if (const auto* t = find(transfers, view.message_id)) out.push_back(transfer_json(core, *t, view));
  }
  return out;
}

json::array incoming_json(const Core& core, std::size_t bearer) {
  json::array out;
  for (const auto& view : core.bearers[bearer].entity.receptions()) {
    if (out.size() == most_shown) break;
    if (!view.delivered) out.push_back(reception_json(core, view));
  }
  return out;
}

json::array coding_json(const Core& core, PeerIndex peer) {
  json::array out;
  const auto& config = core.config.peers[peer];
  for (const auto b : core.router.bearers_of(peer)) {
    const auto& bearer = core.config.bearers[b];
    out.push_back(json::object{{"bearer", bearer.name},
                               {"mode", coding_word(bearer, config)},
                               {"decodes", core.store.setting(decodes_setting(bearer, config)) == "yes"}});
  }
  return out;
}

}  // namespace longwire::engine
