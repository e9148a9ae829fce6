// Adaptation to the channel: segment sizes, data rates, and the EOW messages about them (C.5, C.6.4).
#include "base/limits.hpp"
#include "bearers/s5066/data_transfer_impl.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

constexpr unsigned advice_repeats = 3;         // overs: an EOW is not acknowledged
constexpr std::size_t management_octets = 18;  // of one D_PDU
constexpr unsigned most_copies = 8;

}  // namespace

std::size_t DataTransfer::Impl::index_of(modem::Waveform w, std::size_t otherwise) const {
  const auto at = std::find(config.waveforms.begin(), config.waveforms.end(), w);
  return at == config.waveforms.end() ? otherwise : static_cast<std::size_t>(at - config.waveforms.begin());
}

// C.6.4.1 (1): with rate changes by exchange every link starts at 300 bit/s, short interleaver.
std::size_t DataTransfer::Impl::start_index() const {
  const auto base = base_index.value_or(0);
  return config.autobaud ? base : index_of({300, modem::Interleaver::short_}, base);
}

// The slowest of those that are needed: all stations of the over are to read it.
modem::Waveform DataTransfer::Impl::next_waveform() const {
  if (config.waveforms.empty()) return waveform;
  std::optional<std::size_t> slowest;
  const auto needs = [&](std::size_t index) { slowest = std::min(slowest.value_or(index), index); };
  for (const auto& [address, c] : connections)
    if (c.awaiting || c.management.wants_to_send() || c.warnings.pending() || c.ack.due() || c.urgent_ack.due() ||
        c.resync.wants_to_send() || !c.tx.idle() || !c.urgent_tx.idle())
      needs(c.connected ? c.rate.index() : start_index());
  for (const auto* sender : {&urgent, &regular})
    sender->for_each_offer(
        rule_for_non_arq(), [](Address) { return false; },
        [&](const Offer&, Address dest) {
          const auto at = connections.find(dest.value);
          const bool known = !dest.group && at != connections.end() && at->second.connected;
          needs(known ? at->second.rate.index() : start_index());
          return slowest != 0;
        });
  return config.waveforms[std::min(slowest.value_or(start_index()), config.waveforms.size() - 1)];
}

// One modem stands at one waveform: where the linked stations' exchanges have led, else where links start.
std::optional<modem::Waveform> DataTransfer::Impl::receive_waveform() const {
  if (config.autobaud || config.waveforms.empty()) return std::nullopt;
  std::optional<std::size_t> slowest;
  for (const auto& [address, c] : connections)
    if (c.connected) slowest = std::min(slowest.value_or(c.rate.index()), c.rate.index());
  return config.waveforms[std::min(slowest.value_or(start_index()), config.waveforms.size() - 1)];
}

void DataTransfer::Impl::learn(Connection& c, const std::vector<std::pair<std::size_t, bool>>& samples, Time now) {
  for (const auto& [octets, lost] : samples) {
    c.sizes.sample(octets, lost);
    c.rate.sample(lost);
  }
  if (samples.empty()) return;
  if (config.adapt_segment) {
    SegmentSize::Cycle cycle;
    cycle.cap_octets = cap_octets();
    const auto overhead = 2 * (timing.lead + timing.tail) + config.turnaround;
    cycle.overhead_octets = 32 + static_cast<std::size_t>(to_seconds(overhead) * waveform.rate_bps / 8);
    cycle.window = config.window;
    cycle.header = d_pdu_octets::data(c.m);
    c.sizes.settle(cycle, rule_for_non_arq().preferred);
  }
  adapt_rate(c, now);
}

void DataTransfer::Impl::take_waveform(Connection& c, std::size_t index, std::string_view why) {
  c.rate.set(index);
  c.sizes = {};  // other rates lose otherwise
  tell(dts::WaveformChanged{c.peer, config.waveforms[index], why});
}

void DataTransfer::Impl::adapt_rate(Connection& c, Time now) {
  if (config.waveforms.empty() || !c.connected) return;
  const auto before = c.rate.index();
  const auto change = c.rate.settle(config.waveforms, snr_db, now);
  if (!change) return;
  if (config.autobaud) return take_waveform(c, change->index, change->why);
  // The far modem has to change with ours: by an exchange.
  c.rate.set(before);
  if (!c.exchange.idle() || c.management.outstanding()) return;
  c.former = config.waveforms[before];
  c.exchange_retries = 0;
  c.exchange.request(config.waveforms[change->index], c.management, management_copies());
}

// What a station sends to us: when it would do better with another waveform, it is told with whatever
// goes to it next.
void DataTransfer::Impl::note_quality(Connection& c, bool bad, Time now) {
  if (!config.advise || config.waveforms.empty() || !heard_waveform) return;
  const auto none = config.waveforms.size();
  const auto now_at = index_of(*heard_waveform, none);
  if (now_at == none) return;
  if (!c.advice && c.heard.index() != now_at) c.heard.set(now_at);
  c.heard.sample(bad);
  const auto change = c.heard.settle(config.waveforms, snr_db, now);
  if (!change) return;
  c.advice = drc_eow(config.waveforms[change->index], drc_other::advisory_independent);
  c.advice_overs = advice_repeats;
}

unsigned DataTransfer::Impl::management_copies() const {
  // About an interleaver block of them (C.6.4.2 (15)): a burst of errors does not take all.
  const auto block = to_seconds(timing.tail) * waveform.rate_bps / 8;
  return std::clamp(static_cast<unsigned>(block / management_octets), 2U, most_copies);
}

void DataTransfer::Impl::on_eow(Connection& c, const Eow& eow, Time now) {
  if (c.last_eow != eow) tell(dts::ManagementReceived{c.peer, eow, std::nullopt});
  c.last_eow = eow;
  const auto reply = [&](Eow answer) {
    if (!emcon && c.eows.size() < limits::s5066_pending_warnings &&
        std::find(c.eows.begin(), c.eows.end(), answer) == c.eows.end())
      c.eows.push_back(answer);
  };
  switch (eow.type) {
    case eow_type::drc_request: {
      const auto advised = waveform_of(eow);
      if ((eow.contents & drc_other::advisory_independent) == 0 || !advised || !c.connected) return;
      const auto none = config.waveforms.size();
      const auto index = index_of(*advised, none);
      if (index == none) return;
      const auto before = c.rate.index();
      const auto change = c.rate.advised(index, now);
      if (!change) return;
      if (config.autobaud) return take_waveform(c, index, change->why);
      c.rate.set(before);
      c.former = config.waveforms[before];
      c.exchange_retries = 0;
      return c.exchange.request(*advised, c.management, management_copies());
    }
    case eow_type::hdr_request:
      return reply(drc_response(drc_answer::refuse, drc_reason::not_rate));
    case eow_type::none:
    case eow_type::drc_response:
    case eow_type::unrecognised:
    case eow_type::capability:
      return;
  }
  reply({eow_type::unrecognised, static_cast<std::uint8_t>(eow.type & 0x0F)});  // C.5 (8)
}

void DataTransfer::Impl::on_exchange(Connection& c, const RateExchange::Outcome& outcome) {
  if (outcome.change) {
    const auto index = index_of(*outcome.change, c.rate.index());
    if (c.exchange.awaits_confirmation()) c.former = config.waveforms[c.rate.index()];
    take_waveform(c, index, "exchange");
  }
  if (outcome.over == "changed") c.exchange_retries = 0;
  // C.6.4.2 (31): if need be an acknowledgement, which has size 0.
  if (outcome.former_slave && c.connected && c.tx.idle()) c.ack.owe(1);
}

// The master has changed and hears no confirmation.
bool DataTransfer::Impl::exchange_silence(Connection& c) {
  if (!c.exchange.awaits_confirmation()) return true;
  if (c.exchange_retries++ >= config.max_retries) return false;
  take_waveform(c, index_of(c.former, c.rate.index()), "exchange");
  c.exchange.repeat_dt_ack(c.management);
  return true;
}

}  // namespace longwire::s5066
