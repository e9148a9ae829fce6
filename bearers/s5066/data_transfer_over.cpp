// What goes into an over: its planned length, then D_PDU by D_PDU.
#include "bearers/modem/waveform.hpp"
#include "bearers/s5066/data_transfer_impl.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

constexpr Duration window_slack = std::chrono::seconds{30};  // a reception window beyond two overs

}  // namespace

// --- segment sizes ------------------------------------------------------------------------------------

std::size_t DataTransfer::Impl::cap_octets(std::uint32_t rate_bps, Duration tail) const {
  const auto cap = std::min(config.max_over, longest_over) - tail - Over::clock_margin;
  if (cap <= Duration{0}) return 1;
  return static_cast<std::size_t>(to_seconds(cap) * rate_bps / 8);
}

std::size_t DataTransfer::Impl::cap_octets() const { return cap_octets(waveform.rate_bps, timing.tail); }

// An FSN keeps its segment: what was cut at a fast waveform may have to be repeated at the slowest.
std::size_t DataTransfer::Impl::least_cap_octets() const {
  auto least = cap_octets();
  for (const auto& w : config.waveforms)
    least = std::min(least, cap_octets(w.rate_bps, std::max(timing.tail, modem::usual_timing(w, Duration{0}).tail)));
  return least;
}

// A D_PDU is to last no longer than about 28 s: then 1023 octets are right from 300 bit/s up and some
// 200 at 75, where urgent data would wait for two minutes otherwise.
SegmentRule DataTransfer::Impl::rule_for_non_arq() const {
  SegmentRule rule;
  const auto cap = least_cap_octets();
  const auto fits = cap > 64 ? cap - 48 : 16;
  rule.most = std::min(config.max_segment != 0 ? config.max_segment : largest_segment, fits);
  const std::size_t by_rate = waveform.rate_bps >= 300 ? largest_segment : waveform.rate_bps * 200 / 75;
  rule.preferred = std::min(rule.most, config.max_segment != 0 ? config.max_segment : by_rate);
  if (config.max_segment != 0) rule.most = rule.preferred;
  return rule;
}

SegmentRule DataTransfer::Impl::rule_for(const Connection& c) const {
  auto rule = rule_for_non_arq();
  if (!config.adapt_segment) return rule;
  rule.preferred = c.sizes.preferred(rule.preferred);
  rule.probe_one_in = c.sizes.probe_one_in();
  return rule;
}

// --- the plan -----------------------------------------------------------------------------------------

NonArqSender::Held DataTransfer::Impl::held() const {
  return [this](Address dest) {
    if (dest.group) return false;
    const auto at = connections.find(dest.value);
    return at != connections.end() && !at->second.may_send(DPduType::non_arq);
  };
}

bool DataTransfer::Impl::only_non_arq() const {
  return !owes_answers() && std::none_of(connections.begin(), connections.end(), [](const auto& entry) {
    const auto& c = entry.second;
    return c.management.wants_to_send() || c.resync.wants_to_send() || !c.tx.idle() || !c.urgent_tx.idle();
  });
}

// Acknowledgements ride on data where there is some; their other copies go alone. What the state holds back
// for the whole over (C-ST-3) is not counted: data that could be sent would find no room beside it.
std::size_t DataTransfer::Impl::control_octets(const Connection& c, std::size_t data_d_pdus) const {
  std::size_t sum = c.warnings.count() * d_pdu_octets::warning(c.m);
  sum += c.management.copies_left() * d_pdu_octets::management(c.m, c.management.extended_octets());
  if (c.management.outstanding()) return sum;
  sum += c.urgent_ack.left() * d_pdu_octets::ack(c.m, c.urgent_rx.ack().bitmap.size());
  if (!c.urgent_data()) sum += c.resync.to_send() * d_pdu_octets::reset(c.m);
  if (c.resync.pending()) return sum;
  const auto bitmap = c.rx.ack().bitmap.size();
  const auto riding = std::min<std::size_t>(c.ack.left(), data_d_pdus);
  sum += riding * (1 + bitmap) + (c.ack.left() - riding) * d_pdu_octets::ack(c.m, bitmap);
  return sum;
}

std::size_t DataTransfer::Impl::planned_octets() const {
  const auto cap = over.broadcast
                       ? static_cast<std::size_t>(to_seconds(config.max_over - timing.tail - Over::clock_margin) *
                                                  waveform.rate_bps / 8)
                       : cap_octets();
  struct Planned {
    bool urgent;
    Offer offer;
    std::size_t octets;
    const Connection* c;
  };
  std::vector<Planned> all;
  for (const auto& entry : connections) {  // clang 14: no lambda may capture a structured binding
    const auto& c = entry.second;
    std::size_t sum = 0;
    const auto add = [&](bool is_urgent) {
      return [&, is_urgent](const Offer& offer) {
        all.push_back({is_urgent, offer, offer.octets + d_pdu_octets::data(c.m), &c});
        return (sum += all.back().octets) <= cap;
      };
    };
    if (!c.connected || over.broadcast || c.management.outstanding()) continue;
    c.urgent_tx.for_each_offer(rule_for(c), add(true));
    if (c.urgent_tx.idle() && !c.resync.pending()) c.tx.for_each_offer(rule_for(c), add(false));
  }
  const auto never_held = [](Address) { return false; };
  for (const auto* sender : {&urgent, &regular}) {
    std::size_t sum = 0;
    const auto allowed = sender == &urgent ? NonArqSender::Held(never_held) : [this](Address dest) {
      const auto at = connections.find(dest.value);
      return !dest.group && at != connections.end() &&
             (at->second.management.outstanding() || !at->second.urgent_tx.idle());
    };
    sender->for_each_offer(rule_for_non_arq(), allowed, [&](const Offer& offer, Address dest) {
      const auto m = address_octets_for(dest, config.self);
      all.push_back({sender == &urgent, offer, offer.octets + d_pdu_octets::non_arq(m), nullptr});
      return (sum += all.back().octets) <= cap;
    });
  }
  std::stable_sort(all.begin(), all.end(), [](const Planned& a, const Planned& b) {
    return a.urgent != b.urgent ? a.urgent : more_urgent(a.offer, b.offer);
  });
  std::size_t total = 0;
  if (!over.broadcast)
    for (const auto& [address, c] : connections) total += control_octets(c, 0);
  std::map<const Connection*, std::size_t> riding;
  for (const auto& planned : all) {
    // An acknowledgement on a D_PDU of data costs less than one alone.
    std::size_t saved = 0;
    if (planned.c != nullptr && !planned.urgent && riding[planned.c] < planned.c->ack.left())
      saved = d_pdu_octets::data(planned.c->m) - segment_crc_octets - 3;
    if (total > 0 && total + planned.octets - saved > cap) continue;
    total += planned.octets - saved;
    if (planned.c != nullptr && !planned.urgent) ++riding[planned.c];
  }
  return total;
}

void DataTransfer::Impl::set_timing(const modem::Timing& modem_timing) {
  over.first_bit += modem_timing.lead - timing.lead;
  timing = modem_timing;
  floor.set_timing(timing);
  // The waveform was changed after begin_over() and before the first D_PDU.
  if (over.active && over.used == 0) plan_over();
}

void DataTransfer::Impl::begin_over(const modem::Timing& modem_timing, Time now) {
  set_timing(modem_timing);
  for (auto* sender : {&regular, &urgent}) sender->close_windows(now);
  over = Over{};
  over.active = true;
  over.half_duplex = config.half_duplex;
  over.first_bit = now + timing.lead;
  over.broadcast = config.half_duplex && config.max_over > longest_over && only_non_arq();
  plan_over();
  floor.own_over_began(!owes_answers());
  ++overs;
}

void DataTransfer::Impl::plan_over() {
  over.rate_bps = std::max(waveform.rate_bps, 1U);
  over.tail = timing.tail;
  // Full duplex: nobody waits for the end, so it is not planned.
  over.planned = config.half_duplex ? planned_octets() : cap_octets();
}

// --- the choice ---------------------------------------------------------------------------------------

DPdu DataTransfer::Impl::to(const Connection& c, DPduBody body) const {
  DPdu pdu;
  pdu.dest = c.peer;
  pdu.source = config.self;
  pdu.address_octets = c.m;
  pdu.body = std::move(body);
  return pdu;
}

void DataTransfer::Impl::asks(Connection& c) {
  if (!c.asked_in_over) c.rank = over.asked++;
  c.asked_in_over = true;
}

std::optional<DPdu> DataTransfer::Impl::choose_control() {
  const auto room = over.room();
  for (auto& [address, c] : connections)
    if (c.management.wants_to_send() && d_pdu_octets::management(c.m, c.management.extended_octets()) <= room) {
      auto out = c.management.take();
      if (out.body.valid) asks(c);
      auto pdu = to(c, std::move(out.body));
      pdu.eow = out.eow;
      return pdu;
    }
  for (auto& [address, c] : connections)
    if (c.warnings.pending() && d_pdu_octets::warning(c.m) <= room) {
      const auto warning = c.warnings.take();
      tell(dts::WarningSent{c.peer, warning.received_type, warning.reason});
      return to(c, warning);
    }
  for (auto& [address, c] : connections) {
    if (!c.urgent_ack.due() || !c.may_send(DPduType::expedited_ack)) continue;
    auto ack = c.urgent_rx.ack();
    if (d_pdu_octets::ack(c.m, ack.bitmap.size()) > room) continue;
    c.urgent_ack.sent();
    return to(c, ExpeditedAck{std::move(ack)});
  }
  for (auto& [address, c] : connections)
    if (c.resync.wants_to_send() && c.may_send(DPduType::reset) && d_pdu_octets::reset(c.m) <= room) {
      const auto reset = c.resync.take(c.tx.edges().lwe);
      if (!reset.ack) asks(c);
      return to(c, reset);
    }
  return std::nullopt;
}

// ACK-ONLY, except to the station whose data is next anyway.
std::optional<DPdu> DataTransfer::Impl::choose_ack(const Connection* rides) {
  for (auto& [address, c] : connections) {
    if (!c.ack.due() || &c == rides || c.resync.pending() || !c.may_send(DPduType::ack_only)) continue;
    auto ack = c.rx.ack();
    if (d_pdu_octets::ack(c.m, ack.bitmap.size()) > over.room()) continue;
    c.ack.sent();
    return to(c, AckOnly{std::move(ack)});
  }
  return std::nullopt;
}

std::size_t DataTransfer::Impl::most_data(const Connection& c) const {
  const auto around = d_pdu_octets::data(c.m) + (c.ack.due() ? 1 + c.rx.ack().bitmap.size() : 0);
  return over.room() > around ? over.room() - around : 0;
}

Connection* DataTransfer::Impl::best_arq(Offer& best) {
  Connection* who = nullptr;
  for (auto& [address, c] : connections) {
    if (!c.may_send(DPduType::data_only) || over.room() < d_pdu_octets::data(c.m)) continue;
    const auto offer = c.tx.offer(rule_for(c), most_data(c));
    if (!offer || (who != nullptr && !more_urgent(*offer, best))) continue;
    best = *offer;
    who = &c;
  }
  return who;
}

Connection* DataTransfer::Impl::best_urgent(Offer& best) {
  Connection* who = nullptr;
  for (auto& [address, c] : connections) {
    const auto around = d_pdu_octets::data(c.m);
    if (!c.may_send(DPduType::expedited_data) || over.room() < around) continue;
    const auto offer = c.urgent_tx.offer(rule_for(c), over.room() - around);
    if (!offer || (who != nullptr && !more_urgent(*offer, best))) continue;
    best = *offer;
    who = &c;
  }
  return who;
}

DPdu DataTransfer::Impl::arq_data(Connection& c) {
  auto part = c.tx.take(rule_for(c), most_data(c));
  asks(c);
  c.used = true;
  if (!c.ack.due()) return to(c, DataOnly{std::move(part)});
  c.ack.sent();
  return to(c, DataAck{std::move(part), c.rx.ack()});
}

DPdu DataTransfer::Impl::non_arq_data(NonArqSender& sender, Time now) {
  const auto room = over.room();
  const auto around = d_pdu_octets::non_arq(7);
  const auto hold = &sender == &urgent ? NonArqSender::Held([](Address) { return false; }) : held();
  const auto slack = 2 * config.max_over + window_slack;
  auto [dest, part] =
      sender.take(rule_for_non_arq(), room > around ? room - around : 0, hold, over.rate_bps, slack, now);
  DPdu pdu;
  pdu.dest = dest;
  pdu.source = config.self;
  pdu.address_octets = address_octets_for(dest, config.self);
  pdu.body = std::move(part);
  if (&sender == &urgent && !dest.group) expected_reply_from = now;
  return pdu;
}

std::optional<DPdu> DataTransfer::Impl::choose_urgent(Time now) {
  Offer arq;
  auto* c = over.broadcast ? nullptr : best_urgent(arq);
  const auto around = d_pdu_octets::non_arq(7);
  const auto room = over.room() > around ? over.room() - around : 0;
  const auto plain =
      over.room() < around ? std::nullopt : urgent.offer(rule_for_non_arq(), room, [](Address) { return false; });
  if (plain && (c == nullptr || more_urgent(*plain, arq))) return non_arq_data(urgent, now);
  if (c == nullptr) return std::nullopt;
  auto data = c->urgent_tx.take(rule_for(*c), over.room() - d_pdu_octets::data(c->m));
  asks(*c);
  c->used = true;
  // A modem that is filled in advance takes a D_PDU long before it is on the air.
  const auto on_air = std::max(now, over.first_bit + air_time(over.used, over.rate_bps));
  c->urgent_settled = floor.answer_due(on_air + air_time(1100, over.rate_bps), 0, over.rate_bps);
  return to(*c, std::move(data));
}

std::optional<DPdu> DataTransfer::Impl::choose_data(Time now) {
  Offer arq;
  auto* c = over.broadcast ? nullptr : best_arq(arq);
  const auto around = d_pdu_octets::non_arq(7);
  const auto plain =
      over.room() < around ? std::nullopt : regular.offer(rule_for_non_arq(), over.room() - around, held());
  const bool plain_first = plain && (c == nullptr || more_urgent(*plain, arq));
  if (!over.broadcast)
    if (auto ack = choose_ack(plain_first ? nullptr : c)) return ack;
  if (plain_first) return non_arq_data(regular, now);
  if (c == nullptr) return std::nullopt;
  return arq_data(*c);
}

std::optional<DPdu> DataTransfer::Impl::choose(Time now) {
  if (!over.broadcast)
    if (auto pdu = choose_control()) return pdu;
  if (auto pdu = choose_urgent(now)) return pdu;
  return choose_data(now);
}

void DataTransfer::Impl::attach_eow(DPdu& pdu) {
  if (pdu.dest.group || std::holds_alternative<Management>(pdu.body)) return;
  auto* c = find(pdu.dest);
  if (c == nullptr) return;
  if (c->eows.empty()) {
    if (c->advice) pdu.eow = *c->advice;
    return;
  }
  pdu.eow = c->eows.front();
  c->eows.pop_front();
}

std::optional<Bytes> DataTransfer::Impl::next_d_pdu(Time now) {
  if (!over.active || emcon) return std::nullopt;
  for (auto* sender : {&regular, &urgent}) sender->close_windows(now);
  auto pdu = choose(now);
  if (!pdu) return std::nullopt;
  pdu->eot = over.eot();
  attach_eow(*pdu);
  auto octets = encode(*pdu);
  over.used += octets.size();
  if (auto* c = find(pdu->dest)) ++c->d_pdus_sent;
  return octets;
}

void DataTransfer::Impl::over_ended(bool complete, Time now) {
  if (!over.active) return;
  over.active = false;
  // Every EOT was rounded up to a half second: the others wait for that.
  const auto announced = config.half_duplex ? over.end() + std::chrono::milliseconds{500} : now;
  floor.own_over_ended(std::min(announced, now + std::chrono::seconds{1}), now);
  if (!complete) floor.nobody_answered(now);
  const auto base = std::max(now, std::min(announced, now + longest_over));
  for (auto& [address, c] : connections) {
    c.tx.over_ended(complete);
    c.urgent_tx.over_ended(complete);
    c.resync.over_ended(complete, config.ack_copies);
    c.management.over_ended(complete);
    c.ack.over_ended(complete, config.ack_copies);
    c.urgent_ack.over_ended(complete, config.ack_copies);
    if (c.asked_in_over && complete) {
      c.awaiting = true;
      c.answer_by = floor.answer_due(base, c.rank, over.rate_bps);
      answer_limit = c.answer_by + longest_over;
      if (emcon) expect_nothing(c);
    }
    const bool spoken = c.exchange.over_ended_changes(complete);
    if (spoken) on_exchange(c, c.exchange.over_ended(complete));
    if (spoken && c.exchange.awaits_confirmation()) {
      c.awaiting = true;
      c.answer_by = floor.answer_due(base, c.rank, over.rate_bps);
    }
    if (complete && c.advice_overs > 0 && --c.advice_overs == 0) c.advice.reset();
    c.asked_in_over = false;
  }
  for (auto* sender : {&regular, &urgent}) {
    sender->over_ended(complete);
    for (const auto ticket : sender->take_sent()) tell(dts::Sent{ticket});
  }
}

}  // namespace longwire::s5066
