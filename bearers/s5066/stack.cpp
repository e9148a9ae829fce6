#include "bearers/s5066/stack.hpp"

#include "bearers/s5066/channel_access.hpp"
#include "bearers/s5066/over_driver.hpp"
#include "bearers/s5066/subnetwork.hpp"

#include <algorithm>
#include <type_traits>

namespace longwire::s5066 {

namespace {

// Annex B speaks to Annex C through this.
class TransferService final : public DataService {
 public:
  explicit TransferService(DataTransfer& transfer) : transfer_(transfer) {}
  void connection_made(Address peer, Time now) override { transfer_.connection_made(peer, now); }
  void connection_terminated(Address peer, Time now) override { transfer_.connection_terminated(peer, now); }
  bool in_use(Address peer) const override { return transfer_.in_use(peer); }
  void send(CPduRequest request, Time now) override { transfer_.send(std::move(request), now); }
  void cancel(std::uint64_t ticket, Time now) override { transfer_.cancel(ticket, now); }

 private:
  DataTransfer& transfer_;
};

ChannelAccessConfig channel_config(const StackConfig& c) {
  return {c.link_protocol, c.broadcast_only,    c.max_nonexclusive_links, c.link_timer,
          c.link_retries,  c.called_data_timer, c.called_exclusive_idle};
}

// Events cause requests and these cause events; a handful of turns settles it.
constexpr int most_turns = 1000;

}  // namespace

struct Stack::Impl {
  Impl(const StackConfig& c, modem::Modem& m, std::uint64_t seed, Time now)
      : config(c),
        modem(m),
        transfer(c.transfer, seed),
        service(transfer),
        channel(channel_config(c), service),
        subnetwork(c, channel, log, seed ^ 0x5066),
        driver(m, transfer, log, c.transfer.half_duplex, seed ^ 0x0DE5) {
    transfer.set_demand([this](Address peer) { return subnetwork.demand(peer); });
    subnetwork.set_state(driver.up(), silent, now);
    channel.set_silent(!driver.up(), now);
    channel.set_answer_time(driver.answer_time(config.transfer));
  }

  void run(Time now) {
    driver.receive(now, [this, now] {
      if (!take_transfer_events(now)) settle(now);
    });
    transfer.tick(now);
    channel.tick(now);
    settle(now);
    driver.transmit(now);
    settle(now);
    driver.transmit(now);  // an over may have become due by what was settled
  }

  void settle(Time now) {
    if (driver.take_lost()) {
      take_transfer_events(now);
      subnetwork.modem_lost(now);
    }
    subnetwork.set_state(driver.up(), silent, now);
    channel.set_silent(silent || !driver.up(), now);
    transfer.deliver_errors(subnetwork.clients().any_tolerates_errors());
    channel.set_answer_time(driver.answer_time(config.transfer));
    for (int turn = 0; turn < most_turns; ++turn) {
      bool quiet = take_transfer_events(now);
      for (const auto& event : channel.take_events()) {
        subnetwork.on_channel(event, now);
        quiet = false;
      }
      subnetwork.run(driver.window(config.transfer.max_over), now);
      if (quiet) return;
    }
  }

  // False when there were some.
  bool take_transfer_events(Time now) {
    auto events = transfer.take_events();
    driver.follow(now);
    for (auto& event : events) {
      report(event);
      if (const auto* heard = std::get_if<dts::Heard>(&event)) {
        if (heard->over_link) channel.on_heard(heard->peer, now);
        else subnetwork.on_heard(heard->peer, now);
      } else channel.on_event(std::move(event), now);
    }
    return events.empty();
  }

  void report(const DataTransferEvent& event) {
    std::visit(
        [&](const auto& e) {
          using E = std::decay_t<decltype(e)>;
          if constexpr (std::is_same_v<E, dts::ConnectionLost>) {
            log.count("warning", "connection_lost", e.reason, {{"peer", to_string(e.peer)}});
          } else if constexpr (std::is_same_v<E, dts::WarningReceived>) {
            log.count("notice", "warning_received", std::to_string(e.reason),
                      {{"peer", to_string(e.peer)}, {"type", e.received_type}});
          } else if constexpr (std::is_same_v<E, dts::WarningSent>) {
            log.count("notice", "warning_sent", std::to_string(e.reason),
                      {{"peer", to_string(e.peer)}, {"type", e.received_type}});
          } else if constexpr (std::is_same_v<E, dts::WaveformChanged>) {
            log.add("info", "waveform_changed",
                    {{"peer", to_string(e.peer)}, {"rate", e.waveform.rate_bps}, {"reason", e.why}});
          } else if constexpr (std::is_same_v<E, dts::Discarded>) {
            log.count("notice", "dpdu_discarded", e.reason);
          }
        },
        event);
  }

  StackConfig config;
  modem::Modem& modem;
  ReportLog log;
  DataTransfer transfer;
  TransferService service;
  ChannelAccess channel;
  Subnetwork subnetwork;
  OverDriver driver;
  bool silent = false;
};

Stack::Stack(StackConfig config, modem::Modem& modem, std::uint64_t seed, Time now)
    : impl_(std::make_unique<Impl>(config, modem, seed, now)) {}
Stack::~Stack() = default;

ClientId Stack::connect(Time now, bool own) { return impl_->subnetwork.clients().connect(now, own); }
void Stack::feed(ClientId client, ByteView octets, Time now) { impl_->subnetwork.feed(client, octets, now); }
void Stack::disconnect(ClientId client, Time now) { impl_->subnetwork.disconnect(client, now); }

Bytes Stack::take_output(ClientId client) {
  auto* session = impl_->subnetwork.clients().find(client);
  return session == nullptr ? Bytes{} : session->take_output();
}
bool Stack::wants_close(ClientId client) const {
  const auto* session = std::as_const(impl_->subnetwork).clients().find(client);
  return session == nullptr || session->wants_close();
}
bool Stack::wants_input(ClientId client) const {
  const auto* session = std::as_const(impl_->subnetwork).clients().find(client);
  return session == nullptr || session->flow_open() ||
         session->queued_octets() <= 2 * impl_->config.client_queue_octets;
}
std::size_t Stack::outstanding(ClientId client) const {
  const auto* session = std::as_const(impl_->subnetwork).clients().find(client);
  return session == nullptr ? 0 : session->outstanding();
}

void Stack::run(Time now) { impl_->run(now); }

Time Stack::next_wake() const {
  // Without a modem the sublayer below has nothing to do, whatever it would like to.
  const auto transfer = impl_->driver.up() ? impl_->driver.next_wake(impl_->transfer.next_wake()) : never;
  return std::min({impl_->modem.next_wake(), transfer, impl_->channel.next_wake(), impl_->subnetwork.next_wake()});
}

void Stack::set_emcon(bool silent, Time now) {
  if (silent == impl_->silent) return;
  impl_->silent = silent;
  impl_->transfer.set_emcon(silent, now);
  impl_->driver.set_silent(silent, now);
  impl_->log.add("warning", silent ? "emcon_on" : "emcon_off");
  impl_->run(now);
}

bool Stack::linked(Address peer) const { return impl_->channel.linked(peer); }
void Stack::outside_link(Address peer, bool up, Time now) { impl_->channel.outside_link(peer, up, now); }
void Stack::set_broadcast_only(bool on, Time now) { impl_->subnetwork.set_broadcast_only(on, now); }

std::vector<Stack::Report> Stack::take_reports() { return impl_->log.take(); }

boost::json::object Stack::status(Time now) const {
  auto out = impl_->subnetwork.status();
  out["address"] = to_string(impl_->config.transfer.self);
  out["emcon"] = impl_->silent;
  out["links"] = impl_->channel.status();
  out["modem"] = impl_->driver.status();
  out["transfer"] = impl_->transfer.status(now);
  out["counts"] = impl_->log.counts();
  return out;
}

}  // namespace longwire::s5066
