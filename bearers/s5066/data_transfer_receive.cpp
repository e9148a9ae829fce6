// What a received D_PDU does (tables C-10 to C-25).
#include "bearers/s5066/data_transfer_impl.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

bool asks_for_answer(const DPdu& pdu) {
  struct Asks {
    bool operator()(const DataOnly&) const { return true; }
    bool operator()(const DataAck&) const { return true; }
    bool operator()(const ExpeditedData&) const { return true; }
    bool operator()(const Reset& r) const { return !r.ack; }
    bool operator()(const Management& m) const { return m.valid; }
    bool operator()(const AckOnly&) const { return false; }
    bool operator()(const ExpeditedAck&) const { return false; }
    bool operator()(const NonArq&) const { return false; }
    bool operator()(const Warning&) const { return false; }
  };
  return std::visit(Asks{}, pdu.body);
}

std::uint8_t number(DPduType type) { return static_cast<std::uint8_t>(type); }

}  // namespace

void DataTransfer::Impl::discard(std::string_view reason) {
  ++discarded[reason];
  tell(dts::Discarded{reason});
}

void DataTransfer::Impl::warn(Address peer, std::uint8_t received_type, std::uint8_t reason, Time now) {
  if (emcon) return discard("warning_under_emcon");
  if (!station(peer).warnings.put({received_type, reason}, now)) discard("warning_rate");
}

void DataTransfer::Impl::on_octets(ByteView octets, Time now) {
  if (octets.empty()) return;
  last_octets = now;
  // Somebody is talking: the answer may be a long D_PDU of which nothing is known before its end.
  for (auto& [address, c] : connections)
    if (c.awaiting) c.answer_by = std::max(c.answer_by, std::min(now + std::chrono::seconds{1}, answer_limit));
  scanner.feed(octets);
  while (const auto found = scanner.next()) on_found(*found, now);
}

void DataTransfer::Impl::on_found(const DPduScanner::Found& found, Time now) {
  const auto& pdu = found.pdu;
  if (pdu.source.value == config.self.value) return discard("own_address");
  const auto rate = heard_waveform ? heard_waveform->rate_bps : waveform.rate_bps;
  const auto begun = now - air_time(found.octets_after_sync, std::max(rate, 1U));
  const Address from{pdu.source.value, false};
  ++d_pdus_received;
  tell(dts::Heard{from});
  const auto free_before = floor.free_at();
  floor.heard(from, pdu.dest, !found.unknown && asks_for_answer(pdu), begun, pdu.eot);
  const auto* known = find(from);
  for (auto& [address, c] : connections) {
    if (!c.awaiting || floor.free_at() == free_before) continue;
    // An answer comes in this transmission or, by somebody else, after it.
    c.answer_by = &c == known ? floor.free_at()
                              : std::max(c.answer_by, floor.answer_due(floor.free_at(), c.rank, waveform.rate_bps));
  }
  expected_reply_from = Time{};
  const auto* data = std::get_if<NonArq>(&pdu.body);
  const bool plain = data != nullptr && !found.unknown;
  if (!(plain && data->group) && pdu.dest.value != config.self.value) return;
  if (auto* c = find(from)) {
    c->last_heard = now;
    ++c->d_pdus_received;
    if (found.bad_segment) ++c->bad_segments;
  }
  if (found.unknown) return warn(from, *found.unknown, warning_reason::unrecognised_type, now);
  if (plain) return on_non_arq(pdu, *data, begun, now);
  if (const auto* warning = std::get_if<Warning>(&pdu.body)) return on_warning(from, *warning, now);
  on_body(find(from), pdu, begun, now);
}

void DataTransfer::Impl::on_body(Connection* known, const DPdu& pdu, Time, Time now) {
  const Address from{pdu.source.value, false};
  const auto type = type_of(pdu);
  if (const auto* body = std::get_if<Management>(&pdu.body)) return on_management(station(from), pdu.eow, *body, now);
  if (known != nullptr && pdu.eow.type != 0) on_eow(*known, pdu.eow, now);
  if (known == nullptr || !known->connected) return warn(from, number(type), warning_reason::not_connected, now);
  auto& c = *known;
  c.used = true;
  tell(dts::Heard{from, true});
  if (const auto* body = std::get_if<DataOnly>(&pdu.body)) return on_data(c, body->data, now);
  if (const auto* body = std::get_if<AckOnly>(&pdu.body)) return on_ack(c, body->ack, type, now);
  if (const auto* body = std::get_if<DataAck>(&pdu.body)) {
    on_ack(c, body->ack, type, now);
    return on_data(c, body->data, now);
  }
  if (const auto* body = std::get_if<Reset>(&pdu.body)) return on_reset(c, *body, now);
  if (const auto* body = std::get_if<ExpeditedData>(&pdu.body)) return on_expedited(c, *body);
  if (const auto* body = std::get_if<ExpeditedAck>(&pdu.body)) return on_expedited_ack(c, body->ack, now);
}

void DataTransfer::Impl::on_data(Connection& c, const DataPart& data, Time now) {
  note_quality(c, !data.segment.crc_ok, now);
  const auto taken = c.rx.on_data(data);
  for (const auto reason : c.rx.take_discarded()) discard(reason);
  for (auto& c_pdu : c.rx.take_c_pdus()) {
    dts::Indication up;
    up.from = c.peer;
    up.dest = config.self;
    up.c_pdu = std::move(c_pdu);
    tell(std::move(up));
  }
  switch (taken) {
    case ArqReceiver::Taken::out_of_sync:
      discard("out_of_sync");
      return c.resync.start(Resync::Kind::tx_win_rqst);
    case ArqReceiver::Taken::bad_segment:
      discard("bad_segment_crc");
      break;
    case ArqReceiver::Taken::fresh:
    case ArqReceiver::Taken::old_copy:
      break;
  }
  c.ack.owe(config.ack_copies);  // C.3.3 (3)
}

void DataTransfer::Impl::on_ack(Connection& c, const AckPart& ack, DPduType type, Time now) {
  const bool idle = c.tx.idle();
  const auto answer = c.tx.on_ack(ack);
  if (!answer.in_sync) {
    discard("out_of_sync");
    // Table C-19. A late copy after the end passes the tests and is nothing to warn of.
    if (idle && type == DPduType::ack_only) return warn(c.peer, number(type), warning_reason::invalid_in_state, now);
    return c.resync.start(Resync::Kind::rx_win_cmnd);
  }
  for (const auto ticket : answer.confirmed) tell(dts::Confirmed{ticket});
  learn(c, answer.samples, now);
  answered(c, now);
}

// The peer is there. In full duplex more of what was sent may still be to be acknowledged.
void DataTransfer::Impl::answered(Connection& c, Time now) {
  floor.answered();
  c.rate.answered();
  c.silent_overs = 0;
  const bool more =
      c.tx.awaits_answer() || c.urgent_tx.awaits_answer() || c.resync.pending() || c.management.outstanding();
  if (!more) c.awaiting = false;
  else if (!config.half_duplex && c.awaiting)
    c.answer_by = std::max(c.answer_by, floor.answer_due(now, 0, waveform.rate_bps));
}

void DataTransfer::Impl::initialise(Connection& c) {
  reject(c.tx.reset(), "connection_lost");  // partly sent (C.6.5 (7))
  c.rx.reset(0);
  c.ack.clear();
}

void DataTransfer::Impl::on_reset(Connection& c, const Reset& reset, Time now) {
  if (c.state() == Connection::State::management)
    return warn(c.peer, number(DPduType::reset), warning_reason::invalid_in_state, now);
  const auto outcome = c.resync.on_reset(reset);
  if (outcome.initialise) initialise(c);
  if (outcome.new_rx_lwe) {
    c.rx.reset(*outcome.new_rx_lwe);
    c.ack.clear();
  }
  if (outcome.transmit_again) c.tx.resynchronised();
  if (outcome.command) c.resync.start(Resync::Kind::rx_win_cmnd);
  if (outcome.unexpected) discard("unexpected_reset_ack");
  if (outcome.completed) answered(c, now);
}

void DataTransfer::Impl::on_expedited(Connection& c, const ExpeditedData& data) {
  const auto taken = c.urgent_rx.on_data(data);
  for (const auto reason : c.urgent_rx.take_discarded()) discard(reason);
  for (auto& c_pdu : c.urgent_rx.take_c_pdus()) {
    dts::Indication up;
    up.from = c.peer;
    up.dest = config.self;
    up.service = Service::expedited_arq;
    up.c_pdu = std::move(c_pdu);
    tell(std::move(up));
  }
  if (taken == ArqReceiver::Taken::out_of_sync) return discard("out_of_sync");
  if (taken == ArqReceiver::Taken::bad_segment) discard("bad_segment_crc");
  c.urgent_ack.owe(config.ack_copies);
}

void DataTransfer::Impl::on_expedited_ack(Connection& c, const AckPart& ack, Time now) {
  if (c.urgent_tx.idle()) {
    if (c.urgent_tx.is_late_copy(ack)) return;
    discard("unexpected_expedited_ack");
    return warn(c.peer, number(DPduType::expedited_ack), warning_reason::invalid_in_state, now);
  }
  const auto answer = c.urgent_tx.on_ack(ack);
  if (!answer.in_sync) return discard(c.urgent_tx.is_late_copy(ack) ? "old_copy" : "out_of_sync");
  for (const auto ticket : answer.confirmed) tell(dts::Confirmed{ticket});
  answered(c, now);
}

void DataTransfer::Impl::on_management(Connection& c, const Eow& eow, const Management& body, Time now) {
  const auto received = c.management.on_management(body);
  if (received.acknowledged) answered(c, now);
  if (body.valid) c.management.acknowledge();
  if (received.fresh) {
    tell(dts::ManagementReceived{c.peer, eow, body.extended});
    c.last_eow = eow;
  }
  on_exchange(c, c.exchange.on_management(eow, body, received, config.waveforms, c.management, management_copies()));
  const bool handled = eow.type == eow_type::drc_response ||
                       (eow.type == eow_type::drc_request && (eow.contents & drc_other::advisory_independent) == 0);
  if (received.fresh && !handled) on_eow(c, eow, now);
}

void DataTransfer::Impl::on_non_arq(const DPdu& pdu, const NonArq& data, Time begun, Time now) {
  const Address dest{pdu.dest.value, data.group};
  if (!data.segment.crc_ok) discard("bad_segment_crc");
  receiver.on_data({pdu.source.value, false}, dest, data, begun, now);
  hand_up_non_arq();
}

void DataTransfer::Impl::hand_up_non_arq() {
  for (const auto reason : receiver.take_discarded()) discard(reason);
  for (auto& c_pdu : receiver.take_delivered()) {
    dts::Indication up;
    up.from = c_pdu.from;
    up.dest = c_pdu.dest;
    up.service = c_pdu.expedited ? Service::expedited_non_arq : Service::non_arq;
    up.with_errors = c_pdu.with_errors;
    up.errored = std::move(c_pdu.errored);
    up.missing = std::move(c_pdu.missing);
    up.c_pdu = std::move(c_pdu.c_pdu);
    tell(std::move(up));
  }
}

// Cease what it warns of; never answered by a WARNING (C.3.12 (10)).
void DataTransfer::Impl::on_warning(Address from, const Warning& warning, Time) {
  tell(dts::WarningReceived{from, warning.received_type, warning.reason});
  auto* c = find(from);
  if (c == nullptr || !c->connected) return;
  if (warning.reason == warning_reason::not_connected && warning.received_type <= number(DPduType::expedited_ack))
    return lose(*c, "not_connected_there");
  if (warning.received_type == number(DPduType::management)) {
    c->management.abandon();
    c->exchange.clear();
  }
  if (warning.received_type == number(DPduType::reset) && c->resync.pending() &&
      warning.reason != warning_reason::invalid_in_state)
    return lose(*c, "reset_failed");
}

}  // namespace longwire::s5066
