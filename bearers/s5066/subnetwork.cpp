#include "bearers/s5066/subnetwork.hpp"

#include <type_traits>

namespace longwire::s5066 {

namespace {

ClientsConfig clients_config(const StackConfig& c) {
  return {c.mtu,        c.max_expedited, c.max_invalid, c.max_clients, c.client_queue_octets, c.client_output_octets,
          c.keep_alive, c.bind_timeout};
}
UnidataConfig unidata_config(const StackConfig& c) {
  return {c.transfer.self,       c.mtu,           c.default_ttl,     c.max_ttl,       c.response_frag_size,
          c.client_flood_octets, c.orphan_octets, c.confirm_timeout, c.broadcast_only};
}

boost::json::object peer_field(Address peer) { return {{"peer", to_string(peer)}}; }

// Our answer to management message type 1: lines KEY=VALUE (docs: the format is the node's, A.2.1.14).
constexpr std::uint8_t status_message = 1;

}  // namespace

Subnetwork::Subnetwork(const StackConfig& config, ChannelAccess& channel, ReportLog& log, std::uint64_t seed)
    : self_(config.transfer.self),
      channel_(channel),
      log_(log),
      clients_(clients_config(config), log),
      unidata_(unidata_config(config), clients_, channel, log),
      soft_links_({config.soft_link_idle, config.soft_link_max, config.called_minimum, config.called_data_timer,
                   config.unreachable_after},
                  channel, seed),
      hard_link_({config.hard_link_timeout, config.default_rank}),
      hard_link_timeout_(config.hard_link_timeout),
      broadcast_only_(config.broadcast_only) {}

// --- clients -----------------------------------------------------------------------------------------

void Subnetwork::feed(ClientId id, ByteView octets, Time now) {
  auto* client = clients_.find(id);
  if (client == nullptr) return;
  client->feed(octets, now);
  while (auto primitive = client->next()) {
    if (!*primitive) clients_.invalid(*client, primitive->error().name);
    else dispatch(*client, **primitive, now);
    forget_unbound(now);
  }
  if (client->babbles()) clients_.invalid(*client, "no_preamble");
  forget_unbound(now);
}

void Subnetwork::disconnect(ClientId id, Time now) {
  clients_.disconnect(id);
  forget_unbound(now);
  unidata_.client_gone(id, now);
}

void Subnetwork::forget_unbound(Time now) {
  for (const auto id : clients_.take_unbound()) {
    unidata_.unbound(id);
    hard_link_.client_gone(id, now);
  }
  do_hard_link_actions(now);
}

void Subnetwork::dispatch(ClientSession& client, const Primitive& primitive, Time now) {
  const bool may_come_first =
      std::holds_alternative<BindRequest>(primitive) || std::holds_alternative<KeepAlive>(primitive);
  if (!client.binding() && !may_come_first) {  // A.2.1.1 (1)
    clients_.invalid(client, "not_bound");
    return;
  }
  std::visit(
      [&](const auto& p) {
        using P = std::decay_t<decltype(p)>;
        if constexpr (std::is_same_v<P, BindRequest>) {
          const bool was_bound = client.binding().has_value();
          clients_.bind(client, p, broadcast_only_);
          if (client.binding() && !was_bound && availability().node_status != node_status::on)
            client.post(availability());
        } else if constexpr (std::is_same_v<P, UnbindRequest>) clients_.unbind(client, "request");
        else if constexpr (std::is_same_v<P, KeepAlive>) client.on_keep_alive(now);
        else if constexpr (std::is_same_v<P, UnidataRequest>) on_unidata(client, p, now);
        else if constexpr (std::is_same_v<P, HardLinkEstablish>) on_establish(client, p, now);
        else if constexpr (std::is_same_v<P, HardLinkTerminate>) hard_link_.terminate(client.id(), p.remote, now);
        else if constexpr (std::is_same_v<P, HardLinkAccept>) hard_link_.accept(client.id(), p, now);
        else if constexpr (std::is_same_v<P, HardLinkReject>) hard_link_.reject(client.id(), p, now);
        else if constexpr (std::is_same_v<P, ManagementMessage>) on_management(client, p);
        else clients_.invalid(client, "wrong_direction");  // what only the node says
      },
      primitive);
}

void Subnetwork::on_unidata(ClientSession& client, const UnidataRequest& request, Time now) {
  hard_link_.note_user(client.id(), request.dest);
  unidata_.submit(client, request, now);
}

void Subnetwork::on_establish(ClientSession& client, const HardLinkEstablish& request, Time now) {
  if (request.remote.group || request.remote == self_ || request.link.type > 2) {  // A.2.2.28.1 (3)
    client.post(HardLinkRejected{hard_link_reason::not_responding, request.link, request.remote});
    clients_.invalid(client, "bad_hard_link");
    return;
  }
  if (broadcast_only_) {  // A.1.1.3 (4)
    client.post(HardLinkRejected{hard_link_reason::not_responding, request.link, request.remote});
    return;
  }
  hard_link_.establish({client.id(), *client.binding()}, request, now);
}

void Subnetwork::on_management(ClientSession& client, const ManagementMessage& message) {
  if (message.indication) {
    clients_.invalid(client, "wrong_direction");
    return;
  }
  if (client.binding()->rank != management_rank) {  // A.2.1.14 (2)
    clients_.invalid(client, "rank_too_low");
    return;
  }
  if (message.message_type != status_message) {
    log_.count("notice", "management_ignored", std::to_string(message.message_type));  // A.2.1.14 (3)
    return;
  }
  const auto line = [](std::string_view key, auto value) {
    return std::string(key) + '=' + std::to_string(value) + '\n';
  };
  const auto text = line("EMCON", silent_ ? 1 : 0) + line("MODEM", up_ ? 1 : 0) +
                    line("LINKS", channel_.links(false) + channel_.links(true)) + line("QUEUED", unidata_.jobs()) +
                    line("QUEUED_OCTETS", unidata_.octets());
  client.post(ManagementMessage{true, status_message, to_bytes(text)});
}

void Subnetwork::set_state(bool up, bool silent, Time now) {
  const auto before = availability();
  const bool could_transmit = can_transmit();
  up_ = up;
  silent_ = silent;
  if (could_transmit && !can_transmit()) unidata_.suspend();
  if (!could_transmit && can_transmit()) unidata_.resume(now);
  const auto after = availability();
  if (after.node_status != before.node_status || after.reason != before.reason) clients_.post_to_all(after);
}

SubnetAvailability Subnetwork::availability() const {
  constexpr std::uint8_t local_emcon = 1;  // reasons of S_SUBNET_AVAILABILITY
  if (!up_) return {node_status::off, 0};
  if (silent_) return {node_status::receive_only, local_emcon};
  return {node_status::on, 0};
}

void Subnetwork::set_broadcast_only(bool on, Time now) {
  broadcast_only_ = on;
  unidata_.set_broadcast_only(on);
  channel_.set_broadcast_only(on);
  if (!on) return;
  for (const auto id : clients_.ids()) {  // A.3.2.3
    auto* client = clients_.find(id);
    if (client->binding() && client->binding()->service.mode == TransmissionMode::arq)
      clients_.expel(*client, unbind_reason::broadcast_session);
  }
  forget_unbound(now);
  for (const bool exclusive : {false, true})
    for (const auto& peer : channel_.peers(exclusive)) channel_.break_link(peer, c_break::broadcast_session, now);
}

// --- the sublayer below ------------------------------------------------------------------------------

void Subnetwork::on_channel(const ChannelEvent& event, Time now) {
  std::visit(
      [&](const auto& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<E, ca::LinkMade>) {
          log_.add("info", "link_made",
                   {{"peer", to_string(e.peer)}, {"exclusive", e.exclusive}, {"called", e.called}});
          soft_links_.on_made(e, now);
          if (e.exclusive) hard_link_.on_made(e.peer, now);
        } else if constexpr (std::is_same_v<E, ca::LinkFailed>) {
          log_.count("notice", "link_failed", e.rejected ? "rejected" : "no_answer", peer_field(e.peer));
          soft_links_.on_failed(e, now);
          if (e.exclusive) hard_link_.on_failed(e.peer, e.rejected, now);
        } else if constexpr (std::is_same_v<E, ca::LinkBroken>) {
          log_.add("info", "link_broken", {{"peer", to_string(e.peer)}, {"cause", ca::to_string(e.cause)}});
          unidata_.link_broken(e.peer);
          soft_links_.on_broken(e, now);
          if (e.exclusive) hard_link_.on_broken(e.peer, now);
        } else if constexpr (std::is_same_v<E, ca::Received>) {
          on_s_pdu(e, now);
        } else if constexpr (std::is_same_v<E, ca::Confirmed>) {
          soft_links_.on_traffic(e.peer, now);
          unidata_.on_confirmed(e.ticket, now);
        } else if constexpr (std::is_same_v<E, ca::Sent>) {
          unidata_.on_sent(e.ticket, now);
        } else if constexpr (std::is_same_v<E, ca::Rejected>) {
          unidata_.on_rejected(e.ticket, e.reason, now);
        } else {
          log_.count("notice", "c_pdu_discarded", e.reason, peer_field(e.from));
        }
      },
      event);
  do_hard_link_actions(now);
}

void Subnetwork::on_s_pdu(const ca::Received& in, Time now) {
  const bool arq = in.service == Service::arq || in.service == Service::expedited_arq;
  if (arq) soft_links_.on_traffic(in.from, now);
  auto pdu = decode_s_pdu(in.s_pdu);
  if (!pdu) {
    log_.count("notice", "s_pdu_discarded", pdu.error().name, peer_field(in.from));
    return;
  }
  if (!arq && !std::holds_alternative<DataSPdu>(*pdu)) {  // A.3.2.2: over ARQ links only
    log_.count("notice", "s_pdu_discarded", "wrong_service", peer_field(in.from));
    return;
  }
  std::visit(
      [&](auto& p) {
        using P = std::decay_t<decltype(p)>;
        if constexpr (std::is_same_v<P, DataSPdu>) {
          if (const auto* to = clients_.at_sap(p.dest_sap); to != nullptr && arq)
            hard_link_.note_user(to->id(), in.from);
          unidata_.on_data(in, std::move(p), now);
        } else if constexpr (std::is_same_v<P, DeliveryConfirm>) {
          unidata_.on_delivery(in.from, p.source_sap, p.dest_sap, p.part, std::nullopt);
        } else if constexpr (std::is_same_v<P, DeliveryFail>) {
          unidata_.on_delivery(in.from, p.source_sap, p.dest_sap, p.part, p.reason);
        } else if constexpr (std::is_same_v<P, LinkRequest>) {
          std::optional<HardLink::Caller> named;
          if (const auto* client = clients_.at_sap(p.remote_sap)) named = {client->id(), *client->binding()};
          hard_link_.on_request(in.from, p, named, now);
        } else if constexpr (std::is_same_v<P, LinkConfirm>) hard_link_.on_confirm(in.from, now);
        else if constexpr (std::is_same_v<P, LinkRejected>) hard_link_.on_rejected(in.from, p.reason, now);
        else if constexpr (std::is_same_v<P, LinkTerminate>) hard_link_.on_terminate(in.from, p.reason, now);
        else hard_link_.on_terminate_confirm(in.from, now);
      },
      *pdu);
}

void Subnetwork::do_hard_link_actions(Time now) {
  for (auto& action : hard_link_.take_actions()) {
    std::visit(
        [&](auto& a) {
          using A = std::decay_t<decltype(a)>;
          if constexpr (std::is_same_v<A, hl::Post>) {
            if (auto* client = clients_.find(a.client)) client->post(a.primitive);
          } else if constexpr (std::is_same_v<A, hl::MakePhysical>) {
            channel_.make_link(a.peer, true, now);
          } else if constexpr (std::is_same_v<A, hl::BreakPhysical>) {
            if (!channel_.linked(a.peer) || channel_.exclusive(a.peer)) channel_.break_link(a.peer, a.reason, now);
          } else if constexpr (std::is_same_v<A, hl::Send>) {
            unidata_.submit_own(a.peer, Service::expedited_arq, a.pdu, now + hard_link_timeout_);  // A.3.2.2.2 (11)
          } else {
            log_.add("info", a.name, {{"peer", to_string(a.peer)}, {"type", a.type}, {"reason", a.reason}});
          }
        },
        action);
  }
}

void Subnetwork::modem_lost(Time now) {
  channel_.modem_lost(now);
  unidata_.modem_lost();
}

// --- time ----------------------------------------------------------------------------------------------

void Subnetwork::run(std::size_t window, Time now) {
  unidata_.tick(now);
  hard_link_.tick(now);
  clients_.tick(now);
  forget_unbound(now);
  const bool exclusive = hard_link_.active() || channel_.links(true) > 0;
  for (const auto& peer : soft_links_.run(unidata_, !can_transmit() || exclusive, now)) {
    log_.count("warning", "peer_unreachable", "no_answer", peer_field(peer));
    unidata_.unreachable(peer, now);
  }
  if (can_transmit())
    unidata_.pump(
        window, [&](const UPduJob& job) { return hard_link_.may_go(job); }, now);
  do_hard_link_actions(now);
}

Time Subnetwork::next_wake() const {
  return std::min({unidata_.next_wake(), soft_links_.next_wake(), hard_link_.next_wake(), clients_.next_wake()});
}

boost::json::object Subnetwork::status() const {
  boost::json::object out{{"clients", clients_.status()}, {"queue", unidata_.status()}};
  if (hard_link_.active()) out["hard_link"] = hard_link_.status();
  return out;
}

}  // namespace longwire::s5066
