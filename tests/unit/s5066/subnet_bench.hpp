// A bench for Annexes A and B without modems: stations whose data transfer sublayers are replaced by
// a perfect wire that can be cut. Time is virtual.
#pragma once

#include "bearers/s5066/subnetwork.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

namespace longwire::s5066::bench {

using namespace std::chrono_literals;

inline Address addr(std::uint32_t n) { return {n, false}; }

// One client of a station: sends primitives, collects what comes back.
class Client {
 public:
  std::vector<Primitive> got;
  PrimitiveReader reader;
  ClientId id = 0;
  bool answers_keep_alive = true;

  template <class P>
  std::vector<P> all() const {
    std::vector<P> out;
    for (const auto& p : got)
      if (const auto* x = std::get_if<P>(&p)) out.push_back(*x);
    return out;
  }
  template <class P>
  std::size_t count() const {
    return all<P>().size();
  }
  template <class P>
  P last() const {
    const auto found = all<P>();
    if (found.empty()) {
      ADD_FAILURE() << "no such primitive came";
      return P{};
    }
    return found.back();
  }
  void take(ByteView octets) {
    reader.feed(octets);
    while (auto p = reader.next()) {
      if (p->has_value()) got.push_back(**p);
      else ADD_FAILURE() << "the node sent " << p->error().name;
    }
  }
};

struct Net;

struct Station final : DataService {
  Station(Net& n, const StackConfig& c, Time now)
      : net(n),
        self(c.transfer.self),
        channel({c.link_protocol, c.broadcast_only, c.max_nonexclusive_links, c.link_timer, c.link_retries,
                 c.called_data_timer, c.called_exclusive_idle},
                *this),
        subnet(c, channel, log, 1) {
    channel.set_answer_time(10s);
    subnet.set_state(true, false, now);
  }

  void connection_made(Address peer, Time) override { connected.insert(peer); }
  void connection_terminated(Address peer, Time) override {
    connected.erase(peer);
    std::erase_if(out, [&](const auto& r) { return arq(r) && r.dest == peer; });
  }
  bool in_use(Address) const override { return false; }  // every C_PDU is handed over whole
  void send(CPduRequest request, Time) override {
    sent.push_back(request);
    out.push_back(std::move(request));
  }
  void cancel(std::uint64_t ticket, Time) override {
    std::erase_if(out, [&](const auto& r) { return r.ticket == ticket; });
  }
  static bool arq(const CPduRequest& r) { return r.service == Service::arq || r.service == Service::expedited_arq; }

  Net& net;
  Address self;
  ReportLog log;
  std::set<Address> connected;
  std::deque<CPduRequest> out;
  std::vector<CPduRequest> sent;  // all ever handed down
  ChannelAccess channel;
  Subnetwork subnet;
  bool silent = false, alive = true;
  std::map<ClientId, Client*> clients;
};

struct Net {
  Time now = from_unix(1'800'000'000);
  std::map<Address, std::unique_ptr<Station>> stations;
  std::set<std::pair<Address, Address>> cut;  // from, to

  Station& add(std::uint32_t address, StackConfig config = {}) {
    config.transfer.self = addr(address);
    auto& s = stations[addr(address)];
    s = std::make_unique<Station>(*this, config, now);
    return *s;
  }
  Station& at(std::uint32_t address) { return *stations.at(addr(address)); }

  void connect(Client& client, Station& station) {
    client.id = station.subnet.clients().connect(now);
    station.clients[client.id] = &client;
    settle();
  }
  void say(Client& client, Station& station, const Primitive& p) {
    station.subnet.feed(client.id, encode(p), now);
    settle();
  }
  void bind(Client& client, Station& station, std::uint8_t sap, DeliveryMode mode = {TransmissionMode::arq},
            std::uint8_t rank = 0) {
    connect(client, station);
    say(client, station, BindRequest{sap, rank, mode});
    ASSERT_EQ(client.count<BindAccepted>(), 1U);
  }

  void tell(Station& s, DataTransferEvent event) { s.channel.on_event(std::move(event), now); }
  bool hears(Address from, Address to) const { return !cut.contains({from, to}) && !cut.contains({to, from}); }

  void carry(Station& from, CPduRequest request) {
    const bool arq = Station::arq(request);
    bool confirmed = false;
    for (auto& [address, to] : stations) {
      if (address == from.self || !to->alive || !hears(from.self, address)) continue;
      if (request.dest.group ? false : address != request.dest) continue;
      if (arq && !to->connected.contains(from.self)) {
        from.connected.erase(request.dest);
        tell(from, dts::Rejected{request.ticket, "connection_lost"});
        tell(from, dts::ConnectionLost{request.dest, "not_connected_there"});
        return;
      }
      tell(*to, dts::Indication{from.self, request.dest, request.service, false, {}, {}, request.c_pdu});
      confirmed = true;
    }
    if (!arq) tell(from, dts::Sent{request.ticket});
    else if (confirmed) tell(from, dts::Confirmed{request.ticket});
    else from.out.push_back(std::move(request));  // is repeated until it gets through
  }

  bool turn() {
    bool busy = false;
    for (auto& [address, s] : stations) {
      if (!s->alive) continue;
      for (auto n = s->silent ? 0 : s->out.size(); n > 0 && !s->out.empty(); --n) {
        auto request = std::move(s->out.front());
        s->out.pop_front();
        const auto before = s->out.size();
        carry(*s, std::move(request));
        if (s->out.size() <= before) busy = true;
      }
      for (const auto& event : s->channel.take_events()) s->subnet.on_channel(event, now), busy = true;
      const auto queued = s->out.size();
      s->subnet.run(1U << 20, now);
      if (s->out.size() != queued) busy = true;
      for (auto& [id, client] : s->clients)
        if (auto* session = s->subnet.clients().find(id)) {
          const auto asked = client->count<KeepAlive>();
          client->take(session->take_output());
          if (client->answers_keep_alive && client->count<KeepAlive>() > asked)
            s->subnet.feed(id, encode(Primitive{KeepAlive{}}), now);
        }
    }
    return busy;
  }
  void settle() {
    for (int i = 0; i < 10'000; ++i)
      if (!turn()) return;
    FAIL() << "the stations never come to rest";
  }
  void pass(Duration d) {
    const auto end = now + d;
    while (true) {
      Time next = end;
      for (auto& [address, s] : stations)
        if (s->alive) next = std::min({next, s->channel.next_wake(), s->subnet.next_wake()});
      now = std::max(now + Duration{1}, next);
      if (now > end) now = end;
      for (auto& [address, s] : stations)
        if (s->alive) s->channel.tick(now);
      settle();
      if (now >= end) return;
    }
  }
};

inline UnidataRequest request(std::uint32_t dest, std::uint8_t sap, std::string_view text,
                              DeliveryMode mode = {TransmissionMode::arq, Confirmation::node}) {
  UnidataRequest r;
  r.dest_sap = sap;
  r.dest = addr(dest);
  r.mode = mode;
  r.u_pdu = to_bytes(text);
  return r;
}

inline std::string text(const UnidataIndication& in) { return std::string(as_text(in.u_pdu)); }

}  // namespace longwire::s5066::bench
