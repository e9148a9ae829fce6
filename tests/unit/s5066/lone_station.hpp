// LoneStation: one DataTransfer, D_PDUs put before it by hand, and what it sends.
#pragma once

#include "bearers/s5066/d_pdu.hpp"
#include "bearers/s5066/data_transfer.hpp"
#include "virtual_air.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace longwire::s5066::testing {

struct LoneStation {
  explicit LoneStation(DataTransferConfig c = {}, std::uint32_t rate_bps = 1200)
      : config(std::move(c)), rate(rate_bps) {
    config.self = VirtualAir::address(0);
    dts = std::make_unique<DataTransfer>(config, 1);
    dts->set_timing(timing, {rate, modem::Interleaver::short_});
  }

  static Address peer(std::size_t i = 1) { return VirtualAir::address(i); }
  void connect(std::size_t i = 1) { dts->connection_made(peer(i), now); }

  static DPdu pdu(DPduBody body, std::size_t from = 1) {
    DPdu p;
    p.dest = VirtualAir::address(0);
    p.source = peer(from);
    p.eot = 1;
    p.body = std::move(body);
    return p;
  }
  void hear(const DPdu& p) {
    dts->on_octets(encode(p), now);
    collect();
  }
  void hear(DPduBody body, std::size_t from = 1) { hear(pdu(std::move(body), from)); }

  std::uint64_t send(Bytes c_pdu, Service service = Service::arq, std::uint8_t priority = 0, Address dest = peer()) {
    CPduRequest r;
    r.ticket = ++ticket;
    r.dest = dest;
    r.service = service;
    r.priority = priority;
    r.c_pdu = std::move(c_pdu);
    dts->send(std::move(r), now);
    collect();
    return ticket;
  }

  // One over from its beginning to its end; `between` is called before each D_PDU.
  std::vector<DPdu> over(const std::function<void(std::size_t)>& between = {}, bool complete = true) {
    std::vector<DPdu> out;
    dts->tick(now);
    if (!dts->wants_over(now)) return out;
    (void)dts->begin_over(timing, now);
    now += timing.lead;
    for (;;) {
      if (between) between(out.size());
      const auto octets = dts->next_d_pdu(now);
      if (!octets) break;
      out.push_back(decode_d_pdu(*octets).value().pdu);
      now += air_time(octets->size(), rate);
    }
    now += timing.tail;
    dts->over_ended(complete, now);
    collect();
    return out;
  }

  // Lets time go by; all that is sent in it.
  std::vector<DPdu> run(Duration d) {
    std::vector<DPdu> out;
    const auto end = now + d;
    while (now < end) {
      for (auto& p : over()) out.push_back(std::move(p));
      const auto wake = dts->next_wake();
      if (wake > end) break;
      now = std::max(wake, now + std::chrono::milliseconds{1});
    }
    now = std::max(now, end);
    dts->tick(now);
    collect();
    return out;
  }

  void collect() {
    for (auto& e : dts->take_events()) events.push_back(std::move(e));
  }
  template <class E>
  std::vector<E> of() const {
    std::vector<E> out;
    for (const auto& event : events)
      if (const auto* e = std::get_if<E>(&event)) out.push_back(*e);
    return out;
  }
  std::size_t discarded(std::string_view reason) const {
    std::size_t n = 0;
    for (const auto& d : of<dts::Discarded>()) n += d.reason == reason;
    return n;
  }
  std::string state() const { return std::string(dts->status(now).at("stations").at(0).at("state").as_string()); }

  DataTransferConfig config;
  std::uint32_t rate;
  modem::Timing timing{std::chrono::milliseconds{200}, std::chrono::milliseconds{100}, std::chrono::milliseconds{0}};
  std::unique_ptr<DataTransfer> dts;
  Time now = from_unix(1'700'000'000);
  std::vector<DataTransferEvent> events;
  std::uint64_t ticket = 0;
};

template <class Body>
std::vector<Body> bodies(const std::vector<DPdu>& pdus) {
  std::vector<Body> out;
  for (const auto& p : pdus)
    if (const auto* b = std::get_if<Body>(&p.body)) out.push_back(*b);
  return out;
}

inline DataPart segment(std::uint8_t fsn, bool start, bool end, Bytes octets = {1, 2, 3}) {
  DataPart d;
  d.fsn = fsn;
  d.start = start;
  d.end = end;
  d.segment.octets = std::move(octets);
  return d;
}

}  // namespace longwire::s5066::testing
