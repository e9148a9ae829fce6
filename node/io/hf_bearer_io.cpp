#include "node/io/hf_bearer_io.hpp"

#include "base/precedence.hpp"
#include "bearers/modem/settings.hpp"
#include "bearers/modem/waveform.hpp"
#include "node/engine/hf_setup.hpp"
#include "node/io/endpoint.hpp"
#include "node/io/serial_port.hpp"
#include "node/io/stream_port.hpp"

#include <algorithm>
#include <utility>

namespace longwire::io {

namespace {

// U_PDUs handed over in one turn: the bearer says earlier that it is full.
constexpr int datagrams_per_turn = 256;
// Longest sleep: bounds how late a wall clock that was set forward is noticed.
constexpr std::chrono::seconds longest_sleep{10};
// Shortest sleep: a wake time that is due again and again must not become a busy loop.
constexpr std::chrono::microseconds shortest_sleep{200};
// The watchdog cuts behind the driver's own limit, not in a race with it.
constexpr std::chrono::seconds watchdog_margin{1};

modem::Attach attach_of(const std::string& word) {
  if (word == "tcp") return modem::Attach::raw_tcp;
  return word == "serial" ? modem::Attach::serial : modem::Attach::data_port_110d;
}

SerialPort::Settings::Ptt ptt_of(const std::string& word) {
  using Ptt = SerialPort::Settings::Ptt;
  if (word == "rts") return Ptt::rts;
  if (word == "dtr") return Ptt::dtr;
  return word == "command" ? Ptt::command : Ptt::none;
}

std::unique_ptr<modem::Modem> modem_of(const engine::BearerConfig& bearer) {
  if (bearer.kind != "modem") return nullptr;
  const auto& m = bearer.hf.modem;
  modem::PortModemSettings s;
  s.attach = attach_of(m.attach);
  s.waveform.rate_bps = static_cast<std::uint32_t>(bearer.rate_bps);
  s.waveform.interleaver = modem::interleaver_from(m.interleaver, modem::Interleaver::short_);
  s.lead = m.lead;
  s.tail = m.tail;
  s.max_transmit = m.max_transmit;
  s.ptt = m.ptt == "none" ? modem::Ptt::none : m.ptt == "command" ? modem::Ptt::command : modem::Ptt::signal;
  s.header = m.header == "short" ? modem::port110d::Header::short_ : modem::port110d::Header::long_;
  s.line_baud = s.attach == modem::Attach::serial ? m.baud : 0;
  s.settable = !m.rates.empty();
  return modem::make_port_modem(s);
}

}  // namespace

HfBearerIo::HfBearerIo(boost::asio::io_context& io, const engine::Config& config, engine::BearerIndex index,
                       std::uint64_t seed, Clock& clock, Handlers handlers)
    : io_(io), config_(config.bearers.at(index)), clock_(clock), handlers_(std::move(handlers)), wake_(io) {
  auto setup = engine::hf_bearer_config(config, index);
  const auto most_clients = setup.stack ? setup.stack->max_clients : 0;
  bearer_ = std::make_unique<bearers::HfBearer>(std::move(setup), modem_of(config_), seed, clock_.now());
  last_failure_.resize(bearer_->ports());
  for (std::size_t i = 0; i < bearer_->ports(); ++i) {
    if (config_.kind == "modem" && config_.hf.modem.attach == "serial") open_serial();
    else open_tcp(i, config_.kind == "modem" ? config_.hf.modem.address : config_.hf.server.value());
  }
  if (bearer_->stack() && !config_.hf.sis_listen.empty())
    sis_.emplace(io_, config_.hf.sis_listen, most_clients, *bearer_->stack(), clock_,
                 SisListener::Owner{[this] { turn(); }, handlers_.report});
}

HfBearerIo::~HfBearerIo() { stop(); }

BytePort::Handlers HfBearerIo::port_handlers(std::size_t port) {
  return {[this, port] {
            last_failure_[port].clear();
            bearer_->port_opened(port, clock_.now());
            turn();
          },
          [this, port](std::string_view why) {
            if (why != "reopened" && std::exchange(last_failure_[port], why) != why)
              handlers_.report("warning", "port_failed",
                               {{"bearer", config_.name}, {"port", ports_[port]->name()}, {"error", why}});
            bearer_->port_closed(port, why, clock_.now());
            turn();
          },
          [this, port](ByteView octets) {
            bearer_->on_bytes(port, octets, clock_.now());
            turn();
          },
          [this](std::string_view name, std::string text) {
            handlers_.report("warning", name, {{"bearer", config_.name}, {"text", std::move(text)}});
          }};
}

std::chrono::microseconds HfBearerIo::most_keyed() const {
  return clock_.real(config_.hf.modem.max_transmit) + watchdog_margin;
}

void HfBearerIo::open_tcp(std::size_t port, const engine::Endpoint& where) {
  const bool modem = config_.kind == "modem";
  ports_.push_back(std::make_unique<StreamPort>(io_, to_asio(where), to_string(where), clock_, port_handlers(port),
                                                modem ? most_keyed() : std::chrono::microseconds{0}));
}

void HfBearerIo::open_serial() {
  const auto& m = config_.hf.modem;
  SerialPort::Settings s;
  s.device = m.device;
  s.baud = m.baud;
  s.ptt = ptt_of(m.ptt);
  s.ptt_on.assign(m.ptt_on.begin(), m.ptt_on.end());
  s.ptt_off.assign(m.ptt_off.begin(), m.ptt_off.end());
  s.most_keyed = most_keyed();
  ports_.push_back(std::make_unique<SerialPort>(io_, std::move(s), clock_, port_handlers(0)));
}

void HfBearerIo::start() {
  stopped_ = false;
  for (const auto& p : ports_) p->start();
  if (sis_) sis_->start();
  turn();
}

void HfBearerIo::stop() {
  if (std::exchange(stopped_, true)) return;
  // The carrier goes down with the daemon.
  bearer_->set_emcon(true, clock_.now());
  if (sis_) sis_->stop();
  for (const auto& p : ports_) {
    p->set_ptt(false);
    p->stop();
  }
  wake_.cancel();
}

void HfBearerIo::set_emcon(bool silent) {
  if (std::exchange(silent_, silent) == silent) return;
  bearer_->set_emcon(silent, clock_.now());
  turn();
}

bool HfBearerIo::pump(const Poll& poll) {
  bool sent = false;
  for (int n = 0; n < datagrams_per_turn && !stopped_ && bearer_->ready(); ++n) {
    auto datagram = poll();
    if (!datagram) break;
    sent = true;
    bearer_->send(engine::to_hf_unit(std::move(*datagram)), clock_.now());
  }
  if (sent) turn();
  return sent;
}

void HfBearerIo::after_drain() {
  waits_for_drain_ = false;
  flush();
}

void HfBearerIo::turn() {
  if (stopped_) return;
  bearer_->run(clock_.now());
  for (auto& event : bearer_->take_events()) tell(std::move(event));
  flush();
  sleep();
}

void HfBearerIo::tell(bearers::HfEvent event) {
  if (auto* received = std::get_if<bearers::hf::Received>(&event)) {
    waits_for_drain_ = true;
    handlers_.on_datagram(engine::from_hf(std::move(*received)));
  } else if (const auto* done = std::get_if<bearers::hf::Done>(&event)) {
    handlers_.on_done(done->ticket, done->ok);
  } else if (const auto* state = std::get_if<bearers::hf::State>(&event)) {
    boost::json::object fields{{"bearer", config_.name}};
    if (!state->reason.empty()) fields["error"] = state->reason;
    handlers_.report(state->up ? "notice" : "warning", state->up ? "bearer_opened" : "bearer_failed",
                     std::move(fields));
    handlers_.on_state(state->up);
  } else if (const auto* flow = std::get_if<bearers::hf::Flow>(&event)) {
    handlers_.on_flow(flow->open, flow->below);
  } else if (auto* report = std::get_if<bearers::hf::Report>(&event)) {
    report->fields["bearer"] = config_.name;
    handlers_.report(report->level, report->name, std::move(report->fields));
  }
}

void HfBearerIo::flush() {
  if (stopped_) return;
  // Taking the carrier down never waits.
  if (!bearer_->ptt())
    for (const auto& p : ports_) p->set_ptt(false);
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    const bool close = bearer_->wants_close(i);
    if (waits_for_drain_ && !close) continue;
    auto octets = bearer_->take_bytes(i);
    const bool last_words = !octets.empty();
    if (last_words && bearer_->ptt()) ports_[i]->set_ptt(true);
    if (last_words) ports_[i]->write(std::move(octets));
    if (close) ports_[i]->reopen(!last_words);
  }
  if (waits_for_drain_) return;
  if (bearer_->ptt())
    for (const auto& p : ports_) p->set_ptt(true);
  if (sis_) sis_->flush();
}

void HfBearerIo::sleep() {
  const auto now = clock_.now();
  const auto next = bearer_->next_wake();
  const auto pause = next - now > Duration{longest_sleep} ? Duration{longest_sleep} : std::max(next - now, Duration{0});
  wake_.expires_after(std::max(clock_.real(pause), shortest_sleep));
  wake_.async_wait([this](const boost::system::error_code& e) {
    if (!e) turn();
  });
}

std::vector<std::string> HfBearerIo::sis_addresses() const {
  return sis_ ? sis_->addresses() : std::vector<std::string>{};
}

}  // namespace longwire::io
