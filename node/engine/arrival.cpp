#include "node/engine/arrival.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace longwire::engine {

std::vector<std::size_t> ours(const Core& core, const std::vector<std::string>& addresses, const Arrival& arrival) {
  std::vector<std::size_t> out;
  std::vector<std::size_t> back;  // the next hop is where it comes from
  const auto& to = arrival.destinations;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto domain = mail::domain_of(addresses[i]);
    const auto route = core.router.route(domain);
    if (route.kind == Route::Kind::local) {
      out.push_back(i);
      continue;
    }
    if (!core.router.relays(domain)) continue;
    if (route.kind == Route::Kind::peer) {
      const auto hop = core.config.peers[route.peer].pmul_id;
      if (std::find(to.begin(), to.end(), hop) != to.end()) continue;
      if (hop == arrival.source) {
        back.push_back(i);
        continue;
      }
    } else if (route.kind == Route::Kind::none && to.size() > 1) {
      continue;  // no route: one of the others will have been meant
    }
    out.push_back(i);  // without a route and sent to us alone: its sender gets a report (M11)
  }
  // Sent to us alone and nothing else in it for us: two routes point at each other, and only a report keeps
  // the mail from vanishing. Otherwise it may be meant for another of the destinations: a repeat lists only
  // those that have not answered.
  if (out.empty() && to.size() <= 1) return back;
  return out;
}

unsigned hops_of(std::string_view origin) {
  const auto at = origin.rfind(Arrival::hops_word);
  if (at == std::string_view::npos) return 0;
  return static_cast<unsigned>(parse_unsigned(origin.substr(at + Arrival::hops_word.size())).value_or(0));
}

void discard(Core& core, const Arrival& a, std::string_view event, std::string_view reason, Time now) {
  const auto source = to_string(a.source);
  core.report(now, level::warning, event,
              {{"source", source},
               {std::string(a.with) + "_id", a.id},
               {"bearer", core.config.bearers[a.bearer].name},
               {"reason", reason},
               {"octets", a.octets}});
  ++core.bearers[a.bearer].traffic.rejected[std::string(event) + ":" + std::string(reason)];
  core.alert(now, event, "message " + std::to_string(a.id) + " from " + source + ": " + std::string(reason));
}

}  // namespace longwire::engine
