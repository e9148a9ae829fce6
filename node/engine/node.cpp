#include "node/engine/node.hpp"

#include "node/engine/commands.hpp"
#include "node/engine/parts.hpp"

#include <utility>

namespace longwire::engine {

namespace {

// While the store goes on failing, recovery is tried this often: it reads everything.
constexpr Duration recovery_pause = std::chrono::seconds{1};

}  // namespace

struct Node::Impl {
  Impl(Config c, store::Store& s, crypto::Random& chance, std::uint64_t sd, Time now)
      : config(std::move(c)), store(s), random(chance), seed(sd) {
    parts.emplace(config, store, random, seed, generation, now);
    for (const auto& b : config.bearers) up.push_back(!b.is_hf());
    for (BearerIndex b = 0; b < config.bearers.size(); ++b) flow.push_back({b, true});
    status.resize(config.bearers.size());
    for (std::size_t i = 0; i < config.circuits.size(); ++i) circuits.push_back({i, false, {}});
  }

  // Runs f over the parts. A StoreError ends the transaction: what it held is gone from the store, so
  // memory is built again from there, and nothing that was produced since the last commit may leave.
  template <class F>
  auto guarded(Time now, F f, decltype(f(std::declval<Parts&>())) otherwise) -> decltype(otherwise) {
    try {
      if (!parts && (now < retry_at || !rebuild(now))) return otherwise;
      return f(*parts);
    } catch (const store::StoreError& e) {
      failed(e.what(), now);
      return otherwise;
    }
  }

  void failed(const std::string& text, Time now) {
    withdrawn = true;
    parts.reset();
    last_text = text;
    trouble.push_back({now, level::alert, events::store_failed, {{"text", text}}});
    if (now < retry_at) return;
    retry_at = now + recovery_pause;
    rebuild(now);
  }

  bool rebuild(Time now) {
    retry_at = now + recovery_pause;
    try {
      store.rollback();
      parts.emplace(config, store, random, seed, ++generation, now);
      for (BearerIndex b = 0; b < up.size(); ++b) {
        parts->bearer_state({b, up[b]}, now);
        parts->bearer_flow(flow[b]);
      }
      for (const auto& c : circuits) parts->circuits.state(c, now);
      return true;
    } catch (const store::StoreError& e) {
      last_text = e.what();
      parts.reset();
      return false;
    }
  }

  Config config;
  store::Store& store;
  crypto::Random& random;
  std::uint64_t seed;
  std::uint64_t generation = 0;
  std::optional<Parts> parts;
  bool withdrawn = false;       // a commit failed since the last drain
  bool last_withdrawn = false;  // told to the owner for the last drain
  std::vector<bool> up;         // of the bearers, as told last
  std::vector<event::BearerFlow> flow;
  std::vector<event::CircuitState> circuits;
  std::vector<Node::BearerStatus> status;
  std::vector<action::Report> trouble;
  std::string last_text;
  Time retry_at{};  // no recovery before
};

Node::Node(Config config, store::Store& store, crypto::Random& random, std::uint64_t seed, Time now)
    : impl_(std::make_unique<Impl>(std::move(config), store, random, seed, now)) {}
Node::~Node() = default;

void Node::handle(Event event, Time now) {
  if (const auto* state = std::get_if<event::BearerState>(&event)) impl_->up.at(state->bearer) = state->up;
  if (const auto* room = std::get_if<event::BearerFlow>(&event)) impl_->flow.at(room->bearer) = *room;
  if (const auto* line = std::get_if<event::CircuitState>(&event)) impl_->circuits.at(line->circuit) = *line;
  impl_->guarded(
      now,
      [&](Parts& parts) {
        if (auto* line = std::get_if<event::CircuitState>(&event)) parts.circuits.state(*line, now);
        if (auto* in = std::get_if<event::CircuitIn>(&event)) parts.desk.received(*in, now);
        if (auto* done = std::get_if<event::CircuitDone>(&event)) parts.circuits.done(*done, now);
        if (auto* in = std::get_if<event::DatagramIn>(&event)) parts.datagram(*in, now);
        if (auto* state = std::get_if<event::BearerState>(&event)) parts.bearer_state(*state, now);
        if (auto* room = std::get_if<event::BearerFlow>(&event)) parts.bearer_flow(*room);
        if (auto* done = std::get_if<event::DatagramDone>(&event)) parts.datagram_done(*done, now);
        if (auto* result = std::get_if<event::DeliveryResult>(&event)) parts.delivery.result(*result, now);
        if (auto* step = std::get_if<event::ClockStepped>(&event)) parts.clock_stepped(step->by, now);
        parts.run_timers(now);
        return true;
      },
      false);
}

std::vector<Action> Node::drain(Time now) {
  const bool committed = impl_->guarded(
      now,
      [&](Parts& parts) {
        parts.run_timers(now);
        parts.settle(now);
        parts.commit(now);
        return true;
      },
      false);
  impl_->last_withdrawn = std::exchange(impl_->withdrawn, false);
  std::vector<Action> out;
  if (impl_->parts && committed) out = impl_->parts->core.outbox.take();
  for (auto& report : std::exchange(impl_->trouble, {})) out.emplace_back(std::move(report));
  return out;
}

bool Node::withdrawn() const { return impl_->last_withdrawn; }

Time Node::next_wake() const { return impl_->parts ? impl_->parts->next_wake() : impl_->retry_at; }

std::optional<Datagram> Node::poll_transmit(BearerIndex bearer, Time now) {
  return impl_->guarded(
      now, [&](Parts& parts) { return parts.poll_transmit(bearer, now); }, std::optional<Datagram>{});
}

smtp::Reply Node::on_mail(const smtp::Client& client, mail::Envelope& envelope, Time now) {
  const smtp::Reply trouble{451, "4.3.0", "local trouble, try again later"};
  return impl_->guarded(
      now, [&](Parts& parts) { return parts.admission.on_mail(client, envelope, now); }, trouble);
}

smtp::Reply Node::on_rcpt(const smtp::Client& client, const mail::Envelope& envelope, const mail::Recipient& recipient,
                          Time now) {
  const smtp::Reply trouble{451, "4.3.0", "local trouble, try again later"};
  return impl_->guarded(
      now, [&](Parts& parts) { return parts.admission.on_rcpt(client, envelope, recipient, now); }, trouble);
}

smtp::Reply Node::on_message(const smtp::Client& client, mail::Envelope envelope, Bytes message, Time now) {
  const smtp::Reply trouble{452, "4.3.1", "the message cannot be stored now"};
  return impl_->guarded(
      now,
      [&](Parts& parts) { return parts.admission.on_message(client, std::move(envelope), std::move(message), now); },
      trouble);
}

boost::json::object Node::command(const boost::json::object& request, Time now) {
  auto answer = impl_->guarded(
      now,
      [&](Parts& parts) {
        parts.run_timers(now);
        return Commands(parts).run(request, now);
      },
      boost::json::object{{"ok", false}, {"error", "the store failed: " + impl_->last_text}});
  const auto* what = request.if_contains("command");
  auto* bearers = answer.if_contains("bearers");
  if (what == nullptr || *what != "status" || bearers == nullptr) return answer;
  for (BearerIndex b = 0; b < impl_->status.size(); ++b)
    if (impl_->status[b]) bearers->as_array().at(b).as_object()["hf"] = impl_->status[b](now);
  return answer;
}

void Node::set_bearer_status(BearerIndex bearer, BearerStatus status) { impl_->status.at(bearer) = std::move(status); }

const Config& Node::config() const { return impl_->config; }
bool Node::emcon() const { return !impl_->parts || impl_->parts->core.gate.silent(); }

}  // namespace longwire::engine
