// The read-only commands: status, queue, show.
#include "node/engine/commands.hpp"

#include "base/text.hpp"
#include "node/engine/coding_views.hpp"

#include <algorithm>

namespace longwire::engine {

namespace json = boost::json;
using store::RecipientState;

namespace {

constexpr std::uint64_t queue_shown = 1000;

json::value time_or_null(Time t) { return t == never ? json::value(nullptr) : json::value(format_utc(t)); }

std::string lane_name(const Config& config, Lane lane) {
  if (lane == local_lane) return "local";
  if (lane == circuit_lane) return "circuit";
  return lane == waiting_lane ? "waiting" : config.bearers.at(lane).name;
}

json::object counts_of(const Queue::Counts& counts) {
  json::object out;
  for (std::size_t i = 0; i < counts.size(); ++i) out[to_string(static_cast<Precedence>(i))] = counts.at(i);
  return out;
}

}  // namespace

json::object Commands::minimize_state() const {
  json::object out{{"node", core_.minimize.node() == Precedence::deferred ? "off" : to_string(core_.minimize.node())}};
  for (std::size_t b = 0; b < core_.config.bearers.size(); ++b) {
    const auto lowest = core_.minimize.bearer(b);
    out[core_.config.bearers[b].name] = lowest == Precedence::deferred ? "off" : to_string(lowest);
  }
  return out;
}

json::object Commands::bearer_status(std::size_t index) {
  const auto& config = core_.config.bearers[index];
  const auto& link = core_.bearers[index];
  const auto lane = static_cast<Lane>(index);
  json::object rejected;
  for (const auto& [reason, n] : link.traffic.rejected) rejected[reason] = n;
  std::size_t transfers = 0;
  std::size_t sending = 0;
  for (const auto& [id, t] : parts_.transfers.all()) {
    if (t.bearer != index) continue;
    ++transfers;
    sending += t.phase == Transfer::Phase::sending ? 1U : 0U;
  }
  json::value dmp = nullptr;
  if (const auto& d = link.dmp_traffic; link.dmp)
    dmp = json::object{{"waiting", link.dmp->waiting()}, {"sent", d.sent},
                       {"acknowledged", d.acknowledged}, {"failed", d.failed},
                       {"received", d.received},         {"fallbacks", d.fallbacks},
                       {"datagrams_out", d.out},         {"datagrams_in", d.in}};
  const auto receptions = link.entity.receptions();
  const auto running = std::count_if(receptions.begin(), receptions.end(), [](const auto& r) { return !r.delivered; });
  return {{"name", config.name},
          {"kind", config.kind},
          {"up", static_cast<bool>(core_.up[index])},
          {"rate_bps", config.rate_bps},
          {"queued", counts_of(core_.queue.counts(lane))},
          {"queued_total", core_.queue.size(lane)},
          {"transfers", transfers},
          {"sending", sending},
          {"receptions", running},
          {"pdus_in", link.traffic.pdus_in},
          {"octets_in", link.traffic.octets_in},
          {"pdus_out", link.traffic.pdus_out},
          {"octets_out", link.traffic.octets_out},
          {"rejected", std::move(rejected)},
          {"coding", config.coding},
          {"p_mul", p_mul_json(link, parts_.transfers)},
          {"outgoing", outgoing_json(core_, index, parts_.transfers)},
          {"incoming", incoming_json(core_, index)},
          {"dmp", std::move(dmp)},
          {"no_progress", link.stalled}};
}

json::object Commands::status(Time now) {
  json::array bearers;
  for (std::size_t b = 0; b < core_.bearers.size(); ++b) bearers.push_back(bearer_status(b));
  json::array peers;
  for (PeerIndex p = 0; p < core_.peers.size(); ++p) {
    json::array unreachable;
    for (std::size_t b = 0; b < core_.bearers.size(); ++b)
      if ((core_.peers[p].unreachable >> b & 1) != 0) unreachable.emplace_back(core_.config.bearers[b].name);
    peers.push_back(json::object{{"name", core_.config.peers[p].name},
                                 {"pmul_id", to_string(core_.config.peers[p].pmul_id)},
                                 {"emcon", core_.peers[p].silent},
                                 {"coding", coding_json(core_, p)},
                                 {"unreachable", std::move(unreachable)}});
  }
  return {{"ok", true},
          {"node",
           {{"name", core_.config.name},
            {"domain", core_.config.domain},
            {"pmul_id", to_string(core_.config.pmul_id)},
            {"time", format_utc(now)}}},
          {"emcon",
           {{"silent", core_.gate.silent()},
            {"until", time_or_null(core_.gate.until())},
            {"stopped", core_.gate.stopped()}}},
          {"minimize", minimize_state()},
          {"bearers", std::move(bearers)},
          {"peers", std::move(peers)},
          {"totals",
           {{"messages", core_.ledger.size()},
            {"local_queue", core_.queue.size(local_lane)},
            {"waiting", core_.queue.size(waiting_lane)},
            {"alerts", core_.store.alerts(false).size()}}}};
}

json::object Commands::queue_entry(const LiveMessage& m, Time now) {
  unsigned queued = 0, in_transfer = 0, delivering = 0, done = 0;
  json::array names;
  std::vector<std::string_view> reasons;
  for (const auto& r : m.recipients) {
    queued += r.state == RecipientState::queued ? 1U : 0U;
    in_transfer += r.state == RecipientState::in_transfer ? 1U : 0U;
    delivering += r.state == RecipientState::delivering ? 1U : 0U;
    done += store::is_final(r.state) ? 1U : 0U;
    const auto why = parts_.scheduler.reason(m, r, now);
    if (!why.empty() && std::find(reasons.begin(), reasons.end(), why) == reasons.end()) reasons.push_back(why);
  }
  for (std::size_t lane = 0; lane < lane_count; ++lane)
    if ((m.lanes >> lane & 1) != 0) names.emplace_back(lane_name(core_.config, static_cast<Lane>(lane)));
  json::array why;
  for (const auto r : reasons) why.emplace_back(r);
  return {
      {"id", m.id},
      {"tracking_id", m.tracking_id},
      {"precedence", to_string(m.level)},
      {"label", m.label},
      {"accepted", format_utc(m.accepted)},
      {"age", to_seconds(now - m.accepted)},
      {"expiry", format_utc(m.expiry)},
      {"octets", m.octets},
      {"held", m.held},
      {"from_peer", m.from_peer == PmulId{} ? "" : to_string(m.from_peer)},
      {"lanes", std::move(names)},
      {"recipients", {{"queued", queued}, {"in_transfer", in_transfer}, {"delivering", delivering}, {"done", done}}},
      {"reasons", std::move(why)}};
}

json::object Commands::queue(const json::object& request, Time now) {
  std::vector<const LiveMessage*> all;
  for (const auto& [id, m] : core_.ledger.all()) all.push_back(&m);
  auto limit = queue_shown;
  if (const auto* v = request.if_contains("limit"); v != nullptr && v->is_int64() && v->as_int64() > 0)
    limit = static_cast<std::uint64_t>(v->as_int64());
  const auto shown = std::min<std::size_t>(limit, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shown), all.end(),
                    [](const LiveMessage* a, const LiveMessage* b) { return a->key() < b->key(); });
  json::array out;
  for (std::size_t i = 0; i < shown; ++i) out.push_back(queue_entry(*all[i], now));
  return {{"ok", true}, {"messages", std::move(out)}, {"total", all.size()}};
}

json::array Commands::transfers_of(std::uint64_t message) {
  json::array out;
  for (const auto& [id, t] : parts_.transfers.all()) {
    if (t.message != message) continue;
    if (t.dmp)
      out.push_back(json::object{
          {"dmp_ticket", id},
          {"bearer", core_.config.bearers[t.bearer].name},
          {"total", 1},
          {"peers", json::array{json::object{{"name", core_.config.peers[t.carried.front().peer].name}}}}});
    for (const auto& view : core_.bearers[t.bearer].entity.transfers()) {
      if (view.message_id == id) out.push_back(transfer_json(core_, t, view));
    }
  }
  return out;
}

json::object Commands::show(const store::MessageRow& row, Time now) {
  const auto* live = core_.ledger.find(row.id);
  json::array recipients;
  for (std::size_t i = 0; i < row.rows.size(); ++i) {
    const auto& r = row.rows[i];
    recipients.push_back(json::object{
        {"address", r.recipient.address},
        {"state", store::to_string(r.state)},
        {"next_hop", r.next_hop.empty() ? "local" : r.next_hop},
        {"status", r.status},
        {"text", r.text},
        {"attempts", r.attempts},
        {"next_attempt", r.next_attempt > now ? json::value(format_utc(r.next_attempt)) : json::value(nullptr)},
        {"reason",
         live != nullptr ? parts_.scheduler.reason(*live, live->recipients.at(i), now) : std::string_view{}}});
  }
  json::object message{{"id", row.id},
                       {"tracking_id", row.tracking_id},
                       {"from", row.envelope.from},
                       {"precedence", to_string(row.envelope.precedence())},
                       {"mt_priority", row.envelope.mt_priority.value_or(0)},
                       {"accepted", format_utc(row.accepted)},
                       {"expiry", format_utc(row.expiry)},
                       {"deliver_by", row.deliver_by ? json::value(format_utc(*row.deliver_by)) : json::value(nullptr)},
                       {"octets", row.octets},
                       {"form", row.form == store::Form::p1 ? "p1" : "rfc5322"},
                       {"origin", row.origin},
                       {"message_id", row.message_id},
                       {"subject", row.subject},
                       {"label", core_.labels.marking(row.label)},
                       {"protection", row.protection},
                       {"verdict", json::array(row.verdict.begin(), row.verdict.end())},
                       {"held", live != nullptr && live->held},
                       {"envid", row.envelope.envid},
                       {"recipients", std::move(recipients)},
                       {"transfers", transfers_of(row.id)}};
  return {{"ok", true}, {"message", std::move(message)}};
}

}  // namespace longwire::engine
