#include "node/engine/dmp_reception.hpp"

#include "annexe/gateway/headings.hpp"
#include "node/engine/content_key.hpp"
#include "node/engine/dmp_names.hpp"
#include "node/engine/gateway_setup.hpp"

namespace longwire::engine {

namespace {

template <class... F>
struct Overload : F... {
  using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

constexpr std::uint8_t sequence_octet = 0x30;

// Repetitions come for 18 hours at most: then nobody could tell their submission time (stanag4406.md 4.1).
constexpr Duration repeated_for = std::chrono::hours{19};

}  // namespace

bool DmpReception::is_dmp(const event::DatagramIn& e) const {
  const auto& link = core_.bearers.at(e.bearer);
  return link.dmp && e.datagram.port != 0 && e.datagram.port == dmp_port_of(core_.config, e.bearer);
}

void DmpReception::datagram(const event::DatagramIn& e, Time now) {
  auto& link = core_.bearers.at(e.bearer);
  ++link.dmp_traffic.in;
  const auto from = e.datagram.peer;
  const auto peer = core_.peer_at(e.bearer, from);
  // As with P_MUL: who is no peer is dropped and counted, not answered.
  if (!peer) return rejected(e.bearer, {from, "unknown_source", 0}, now);
  const auto& octets = e.datagram.octets;
  if (!octets.empty() && octets.front() == sequence_octet) {  // TMI-4: CompressedData by itself, never acknowledged
    const auto self = core_.config.pmul_id;
    const Arrival arrival{e.bearer, core_.config.peers[*peer].pmul_id, 0, "tmi4", {self}, never, octets.size()};
    (void)reception_.take(arrival, octets, now);
    return;
  }
  link.dmp->on_datagram(octets, from, now);
  take_notices(e.bearer, now);
}

void DmpReception::take_notices(std::size_t bearer, Time now) {
  auto& link = core_.bearers[bearer];
  if (!link.dmp) return;
  for (auto notices = link.dmp->take_notices(); !notices.empty(); notices = link.dmp->take_notices())
    for (const auto& notice : notices)
      std::visit(Overload{
                     [&](const dmp::notice::Received& n) { received(bearer, n, now); },
                     [&](const dmp::notice::Acknowledged& n) {
                       transfers_.dmp_acknowledged(static_cast<std::uint32_t>(n.ticket), now);
                     },
                     [&](const dmp::notice::Failed& n) {
                       transfers_.dmp_failed(static_cast<std::uint32_t>(n.ticket), n.reason, now);
                     },
                     [&](const dmp::notice::Rejected& n) { rejected(bearer, n, now); },
                 },
                 notice);
}

void DmpReception::received(std::size_t bearer, const dmp::notice::Received& n, Time now) {
  auto& link = core_.bearers[bearer];
  const auto peer = core_.peer_at(bearer, n.from);
  if (!peer) return link.dmp->forget(n.from, n.id);
  const auto source = core_.config.peers[*peer].pmul_id;
  transfers_.peer_heard(bearer, *peer, now);
  // The endpoint remembers while the node runs, the store over restarts.
  const auto key = ContentHash().add("dmp").add(to_string(source)).add(n.octets).key();
  if (core_.store.seen(key)) {
    core_.report(now, level::info, events::duplicate_suppressed,
                 {{"source", to_string(source)}, {"dmp_id", n.id}, {"bearer", core_.config.bearers[bearer].name}});
    return link.dmp->accept(n.from, n.id, now);
  }
  Arrival arrival{
      bearer, source, n.id, "dmp", {core_.config.pmul_id}, never, n.octets.size(), n.pdu.envelope.hops + 1U};
  auto item = gateway::from_dmp(n.pdu, dmp_local_id(source, n.id, n.pdu.envelope.submission), now, core_.gateway);
  if (!item) {
    discard(core_, arrival, events::payload_discarded, item.error().name, now);
    return link.dmp->refuse(n.from, n.id, now);
  }
  name_subject(*item, n.pdu, *peer);
  ++link.dmp_traffic.received;
  arrival.notes = std::move(item->notes);
  const auto octets = x400::encode_p1(item->apdu);
  x400_.apdu(arrival, item->apdu, octets, now);
  core_.store.remember(key, now + repeated_for);
  link.dmp->accept(n.from, n.id, now);
}

void DmpReception::name_subject(gateway::ApduItem& item, const dmp::Pdu& pdu, PeerIndex peer) {
  const auto row_of = [&](const dmp::Subject& subject) -> std::optional<store::MessageRow> {
    if (!subject.id) return std::nullopt;
    const auto id = core_.store.dmp_message(core_.config.peers[peer].name, *subject.id);
    return id ? core_.store.message(*id) : std::nullopt;
  };
  const auto& map = core_.gateway.addresses;
  if (const auto* told = std::get_if<dmp::Report>(&pdu.content)) {
    auto* report = std::get_if<x400::Report>(&item.apdu);
    const auto row = row_of(told->subject);
    if (report == nullptr || !row) return;
    report->subject = boundary_.id_of(*row);
    if (const auto name = map.to_or(row->envelope.from)) report->destination = *name;
  } else if (const auto* noted = std::get_if<dmp::Notification>(&pdu.content)) {
    auto* message = std::get_if<x400::Message>(&item.apdu);
    const auto row = row_of(noted->subject);
    if (message == nullptr || !row) return;
    auto content = x400::decode_p772(message->content);
    auto* ipn = content ? std::get_if<x400::Ipn>(&*content) : nullptr;
    if (ipn == nullptr) return;
    ipn->subject = gateway::to_ipm_id(row->message_id, core_.gateway);
    message->content = x400::encode_p772(*content);
  }
}

void DmpReception::rejected(std::size_t bearer, const dmp::notice::Rejected& n, Time now) {
  auto& count = core_.bearers[bearer].traffic.rejected["dmp:" + std::string(n.reason)];
  ++count;
  auto rest = count;  // whoever can send to the bearer could fill the log
  while (rest % 10 == 0) rest /= 10;
  core_.report(now, rest == 1 ? level::warning : level::debug, events::pdu_rejected,
               {{"bearer", core_.config.bearers[bearer].name},
                {"reason", "dmp:" + std::string(n.reason)},
                {"offset", n.offset},
                {"from", to_string(n.from)},
                {"count", count}});
}

}  // namespace longwire::engine
