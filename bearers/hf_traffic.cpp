// The units of an HfBearer: out as U_PDUs of UDOP or RCOP, and in.
#include "bearers/hf_bearer_impl.hpp"
#include "bearers/hf_unit_size.hpp"

#include <algorithm>
#include <utility>

namespace longwire::bearers {

namespace {

using s5066::Confirmation;
using s5066::TransmissionMode;

template <class... F>
struct Overload : F... {
  using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

// Longer than any node waits for the far end; then it has forgotten the unit.
constexpr Duration confirmation_limit = std::chrono::hours{2};

// TTL in units of 2 s, rounded down: never beyond the expiry. 0 would be "no limit".
std::uint32_t ttl_of(Time expiry, Time now) {
  if (expiry == never) return 0;
  const auto units = (expiry - now) / std::chrono::seconds{2};
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(units, 1, s5066::longest_ttl));
}

std::string_view reason_name(std::uint8_t reason) {
  switch (reason) {
    case s5066::unidata_reason::ttl_expired:
      return "ttl_expired";
    case s5066::unidata_reason::sap_not_bound:
      return "sap_not_bound";
    case s5066::unidata_reason::not_responding:
      return "not_responding";
    case s5066::unidata_reason::too_large:
      return "too_large";
    default:
      return "rejected";
  }
}

// The 1st, 10th, 100th ...: what comes again and again must not fill the log.
bool worth_a_line(std::uint64_t count) {
  while (count % 10 == 0) count /= 10;
  return count == 1;
}

}  // namespace

void HfBearer::Impl::send(HfUnit unit, Time now) {
  if (silent) return refuse(unit, "emcon");
  if (unit.arq && !config.arq) return refuse(unit, "no_arq");
  auto& end = ends[unit.arq ? 1 : 0];
  if (!end.up()) return refuse(unit, "not_bound");
  if (unit.octets.size() + s5066::udop_header > end.sis.mtu()) {
    rejected(end, "too_large", {{"octets", unit.octets.size() + s5066::udop_header}, {"mtu", end.sis.mtu()}});
    return refuse(unit, "too_large");
  }
  if (unit.expiry <= now) return refuse(unit, "ttl_expired");
  const auto dest = s5066::from_bearer_address(unit.to);
  if (unit.arq && dest.group) return refuse(unit, "arq_to_group");

  HfQueued queued{unit.ticket,        unit.arq, static_cast<std::uint8_t>(15 - std::min<unsigned>(unit.priority, 15)),
                  unit.octets.size(), never,    now + confirmation_limit};
  if (!unit.arq && !own_node()) queued.left = leaves_at(unit.octets.size(), now);
  s5066::UnidataRequest request;
  request.priority = queued.urgency;
  request.dest_sap = end.sap;
  request.dest = dest;
  // P_MUL puts its PDUs in order itself: none needs to wait for another.
  request.mode = unit.arq ? s5066::DeliveryMode{TransmissionMode::arq, Confirmation::node, true, 0}
                          : s5066::DeliveryMode{TransmissionMode::non_arq, Confirmation::none, true, 0};
  request.ttl = ttl_of(unit.expiry, now);
  const auto app = unit.app != 0 ? unit.app : config.app_id;
  request.u_pdu = encode(s5066::UdopUnit{0, end.next_id++, 0, app, std::move(unit.octets)});
  ++counts.units_out;
  counts.arq_out += unit.arq ? 1U : 0U;
  queue.add(queued);
  end.sis.send(std::move(request), unit.arq ? unit.ticket : 0, now);
}

// Another's node does not tell when non-ARQ data leaves: the rate does.
Time HfBearer::Impl::leaves_at(std::size_t octets, Time now) {
  if (busy_until <= now || busy_until - over_began >= config.max_over) {
    over_began = std::max(busy_until, now) + config.overhead;
    busy_until = over_began;
  }
  busy_until += air_time(octets + hf_unit_overhead, std::max<std::uint32_t>(config.rate_bps, 1));
  return busy_until;
}

void HfBearer::Impl::settle(Time now) {
  if (own_node())
    for (const auto& unit : queue.take_sent(stack->outstanding(clients[0]))) finish(unit, true, "sent");
  for (const auto& unit : queue.take_left(now)) finish(unit, true, "sent");
  for (const auto& unit : queue.take_given_up(now)) {
    ends[unit.arq ? 1 : 0].sis.forget(unit.ticket);
    finish(unit, false, "no_confirmation");
  }
}

void HfBearer::Impl::take_events(SisEnd& end, Time now) {
  const auto done = [this](std::uint64_t ticket, bool ok, std::string_view reason) {
    if (const auto unit = queue.take(ticket)) finish(*unit, ok, reason);
  };
  for (auto& event : end.sis.take_events())
    std::visit(
        Overload{
            [&](const s5066::sis::Bound& e) {
              end.bound(now);
              if (end.up()) report("info", "hf_bound", {{"sap", end.sap}, {"mtu", e.mtu}});
              else
                report("warning", "hf_mtu_too_small", {{"sap", end.sap}, {"mtu", e.mtu}, {"least", SisEnd::least_mtu}});
            },
            [&](const s5066::sis::Unbound& e) {
              end.ended(e.reason, now);
              if (e.reason != "disconnected") report("warning", "hf_unbound", {{"sap", end.sap}, {"reason", e.reason}});
            },
            [&](const s5066::sis::Flow&) {}, [&](const s5066::sis::Confirmed& e) { done(e.ticket, true, "confirmed"); },
            [&](const s5066::sis::Rejected& e) {
              if (!e.lost) rejected(end, reason_name(e.reason));
              if (e.ticket != 0) done(e.ticket, false, reason_name(e.reason));
            },
            [&](s5066::sis::Received& e) { received(end, e.indication); },
            [&](const s5066::sis::Availability& e) { node_state.heard(e.node_status, e.reason, now); },
            [&](const s5066::sis::Invalid& e) { ignored(e.error); }},
        event);
}

void HfBearer::Impl::rejected(const SisEnd& end, std::string_view reason, boost::json::object fields) {
  const auto count = ++rejected_[std::string(reason)];
  if (own_node() || !worth_a_line(count)) return;  // our own stack tells its reasons itself
  fields["sap"] = end.sap;
  fields["reason"] = reason;
  fields["count"] = count;
  report("warning", "hf_unit_rejected", std::move(fields));
}

void HfBearer::Impl::received(const SisEnd& end, s5066::UnidataIndication& indication) {
  if (indication.dest_sap != end.sap) return ignored("other_sap");
  if (indication.source.group) return ignored("group_source");
  if (!indication.errored.empty() || !indication.non_received.empty()) return ignored("with_errors");
  auto unit = s5066::decode_udop(indication.u_pdu);
  if (!unit) return ignored(unit.error().name);
  const auto& others = config.other_apps;
  const bool other = std::find(others.begin(), others.end(), unit->app_id) != others.end();
  if (unit->app_id != config.app_id && !other) return ignored("other_application");
  if (unit->segment != 0) return ignored("segmented");  // one P_MUL PDU is one U_PDU
  ++counts.units_in;
  events.emplace_back(hf::Received{s5066::to_bearer_address(indication.source),
                                   s5066::to_bearer_address(indication.dest), indication.mode == TransmissionMode::arq,
                                   std::move(unit->octets), other ? unit->app_id : std::uint16_t{0}});
}

void HfBearer::Impl::finish(const HfQueued& unit, bool ok, std::string_view reason) {
  if (!ok) ++counts.failed;
  else if (unit.arq) ++counts.confirmed;
  if (unit.ticket != 0) events.emplace_back(hf::Done{unit.ticket, ok, reason});
}

void HfBearer::Impl::refuse(const HfUnit& unit, std::string_view reason) {
  ++counts.failed;
  if (unit.ticket != 0) events.emplace_back(hf::Done{unit.ticket, false, reason});
}

// The air may be full of what is not for us.
void HfBearer::Impl::ignored(std::string_view reason) {
  const auto count = ++ignored_[std::string(reason)];
  if (worth_a_line(count)) report("info", "hf_unit_ignored", {{"reason", reason}, {"count", count}});
}

void HfBearer::Impl::report(std::string_view level, std::string_view name, boost::json::object fields) {
  fields["bearer"] = config.name;
  events.emplace_back(hf::Report{level, name, std::move(fields)});
}

}  // namespace longwire::bearers
