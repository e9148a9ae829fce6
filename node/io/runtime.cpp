#include "node/io/runtime.hpp"

#include "base/text.hpp"
#include "node/io/bearer_set.hpp"
#include "node/io/circuit_set.hpp"
#include "node/io/clock.hpp"
#include "node/io/control_server.hpp"
#include "node/io/deliverer.hpp"
#include "node/io/endpoint.hpp"
#include "node/io/notify.hpp"
#include "node/io/smtp_connection.hpp"
#include "node/io/stream_listener.hpp"
#include "node/io/submissions.hpp"
#include "node/io/tls_setup.hpp"
#include "node/store/store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <optional>
#include <stdexcept>

namespace longwire::io {

namespace {

using boost::system::error_code;

// Shortest sleep: a wake time that is due again and again must not become a busy loop.
constexpr std::chrono::microseconds shortest_sleep{500};
// Longest sleep: bounds how late a wall clock that was set forward is noticed.
constexpr std::chrono::seconds longest_sleep{10};
constexpr std::chrono::seconds idle_before_checkpoint{1};
// While others are in the middle of a message, a commit waits for theirs as long as the last ones took
// (0.2 ms on a good disk that is idle, several when it is busy), within these bounds: one sync of the
// disk then serves many, and nobody feels it.
constexpr std::chrono::milliseconds shortest_gather{2};
constexpr std::chrono::milliseconds longest_gather{10};
// For the outcome of a delivery nobody waits: it may share the commit of what comes next.
constexpr std::chrono::milliseconds shortest_lazy_gather{5};
// After a fault nobody foresaw: the same turn is not tried again at once and for ever.
constexpr std::chrono::seconds pause_after_fault{1};

// Names this store among all stores, for ever: message numbers begin at 1 in each.
std::string store_id(store::Store& store, std::uint64_t seed, Time now) {
  constexpr std::string_view key = "store_id";
  if (auto id = store.setting(key)) return *id;
  ByteWriter w;
  w.u64(static_cast<std::uint64_t>(now.time_since_epoch().count()) ^ seed);
  const auto id = to_hex(w.view());
  store.set_setting(key, id);
  store.commit();
  return id;
}

}  // namespace

struct Runtime::Impl {
  Impl(RuntimeOptions o, store::Store& s)
      : options(std::move(o)),
        store(s),
        clock(options.speed),
        node(options.config, store, *options.random, options.seed, clock.now()),
        deliverer(io, node.config(), set_up(node.config().deliver, *options.random), *options.random,
                  store_id(store, options.seed, clock.now()),
                  [this](engine::event::DeliveryResult r) {
                    guarded("delivery", [&] { node.handle(std::move(r), clock.now()); });
                    request_turn();
                  }),
        signals(io, SIGTERM, SIGINT, SIGHUP),
        gather(io),
        wake(io),
        watchdog(io),
        checkpoint(io) {
    connection_owner = {[this] { return clock.now(); },
                        [this] { return submissions.handed_over(); },
                        [this](std::shared_ptr<SmtpConnection> c) {
                          fed_connections.push_back(std::move(c));
                          hurry();
                        },
                        [this] { request_turn(); },
                        [this](SmtpConnection* c) {
                          const auto at = connections.find(c);
                          if (at == connections.end()) return;
                          submissions.gone(at->second.session);
                          connections.erase(at);
                        },
                        [this](const SmtpConnection& c, const Error& e) {
                          tell(e.name == "tls_truncated" ? "info" : "notice", "tls_failed",
                               {{"client", c.address()}, {"error", e.name}, {"text", e.text}});
                        }};
    set_up(tls, node.config().smtp_tls, *options.random, [this](const smtp::Client& c, const smtp::LoginAttempt& a) {
      tell(a.ok ? "info" : "warning", a.ok ? "login" : "login_failed",
           {{"client", c.address}, {"mechanism", a.mechanism}, {"user", a.user}, {"tls", c.tls.has_value()}});
    });
    bearers.emplace(io, node, options.seed, clock,
                    BearerSet::Owner{[this](engine::Event e) { feed(std::move(e)); },
                                     [this](std::string_view level, std::string_view name, boost::json::object fields) {
                                       tell(level, name, std::move(fields));
                                     }});
    circuits.emplace(io, node.config(), clock,
                     CircuitSet::Owner{[this](engine::Event e) { feed(std::move(e)); },
                                       [this](std::function<void(bool)> then) {
                                         after_drain.push_back(std::move(then));
                                         hurry();
                                       },
                                       [this](std::string_view level, std::string_view name,
                                              boost::json::object fields) { tell(level, name, std::move(fields)); }});
    open_listeners();
    control.emplace(
        io, node.config().data_dir + "/control.sock", node.config().control_group,
        ControlServer::Owner{[this](const auto& request, const std::string& who) { return command(request, who); },
                             [this](std::function<void(bool)> then) {
                               after_drain.push_back(std::move(then));
                               hurry();
                             },
                             [this](const std::string& who) {
                               tell("warning", "control_refused", {{"who", who}});
                             }});
  }

  void open_listeners();
  void listen(const engine::Endpoint& endpoint, bool implicit_tls);
  void accepted(SmtpConnection::Socket socket, std::string address, bool implicit_tls);
  void wait_for_signals();
  void stop();
  void start_watchdog();
  boost::json::object command(const boost::json::object& request, const std::string& who);

  void feed(engine::Event event) {
    // Caught here and not only in run(): the caller's chain of callbacks must go on.
    guarded("event", [&] { node.handle(std::move(event), clock.now()); });
    hurry();
  }
  // A turn for somebody who waits for its commit.
  void hurry() {
    urgent = true;
    request_turn();
    if (gathering && !submissions.any_open()) gather.cancel();
  }
  // Runs f; whatever it throws becomes an alert and the daemon goes on. True when nothing was thrown.
  template <class F>
  bool guarded(std::string_view doing, F f) {
    try {
      f();
      return true;
    } catch (const std::exception& e) {
      tell("alert", "internal_error", {{"doing", doing}, {"error", e.what()}});
      return false;
    }
  }
  void request_turn() {
    if (std::exchange(turn_requested, true)) return;
    boost::asio::post(io, [this] { gather_or_turn(); });
  }
  void gather_or_turn();
  void turn();
  void act(engine::Action action);
  void sleep();
  void fold_back_log();
  void after_fault();
  void tell(std::string_view level, std::string_view name, boost::json::object fields) {
    report(options.report, clock.now(), level, name, std::move(fields));
  }

  RuntimeOptions options;
  store::Store& store;
  Clock clock;
  boost::asio::io_context io{1};
  engine::Node node;
  Submissions submissions{node};
  ServerTls tls;
  Deliverer deliverer;
  boost::asio::signal_set signals;
  boost::asio::steady_timer gather, wake, watchdog, checkpoint;
  std::optional<BearerSet> bearers;
  std::optional<CircuitSet> circuits;
  std::vector<std::unique_ptr<StreamListener>> listeners;
  std::optional<ControlServer> control;

  SmtpConnection::Owner connection_owner;
  struct OpenConnection {
    std::weak_ptr<SmtpConnection> connection;
    std::uint64_t session;
  };
  std::map<SmtpConnection*, OpenConnection> connections;
  std::vector<std::shared_ptr<SmtpConnection>> fed_connections;
  std::vector<std::function<void(bool stored)>> after_drain;
  std::uint64_t next_session = 1;
  std::optional<std::string> checkpoint_trouble;
  bool turn_requested = false;
  Duration commit_time{0};  // mean of the last few
  bool urgent = false;
  bool gathering = false;
  bool stopping = false;
  int exit_code = 0;
};

void Runtime::Impl::open_listeners() {
  for (const auto& endpoint : node.config().smtp_listen) listen(endpoint, false);
  for (const auto& endpoint : node.config().smtp_listen_tls) listen(endpoint, true);
}

void Runtime::Impl::listen(const engine::Endpoint& endpoint, bool implicit_tls) {
  const char* key = implicit_tls ? "listen_tls " : "listen ";
  if (implicit_tls && !tls.context) throw std::runtime_error("[smtp] listen_tls without a certificate");
  try {
    listeners.push_back(
        std::make_unique<StreamListener>(io, endpoint, [this, implicit_tls](SmtpConnection::Socket s, std::string a) {
          accepted(std::move(s), std::move(a), implicit_tls);
        }));
  } catch (const std::exception& e) {
    throw std::runtime_error(std::string("[smtp] ") + key + to_string(endpoint) + ": " + e.what());
  }
  tell("notice", "smtp_listening", {{"address", listeners.back()->address()}, {"tls", implicit_tls}});
}

void Runtime::Impl::accepted(SmtpConnection::Socket socket, std::string address, bool implicit_tls) {
  if (connections.size() >= node.config().max_sessions) {
    tell("warning", "smtp_full", {{"client", address}, {"sessions", connections.size()}});
    const auto refused = std::make_shared<SmtpConnection::Socket>(std::move(socket));
    if (implicit_tls) return;  // there is nothing to say it in
    static constexpr std::string_view text = "421 4.3.2 Too many sessions, try again later\r\n";
    boost::asio::async_write(*refused, boost::asio::buffer(text), [refused](const error_code&, std::size_t) {});
    return;
  }
  smtp::ServerOptions o;
  o.host_name = node.config().domain;
  o.max_message = node.config().max_message;
  o.starttls = tls.context != nullptr;
  o.logins = tls.logins ? &*tls.logins : nullptr;
  smtp::Client client;
  client.address = address;
  client.session = next_session++;
  const auto session = client.session;
  const auto connection = std::make_shared<SmtpConnection>(
      std::move(socket), smtp::ServerSession(std::move(o), std::move(client), submissions),
      SmtpConnection::Tls{tls.context, implicit_tls}, std::move(address), connection_owner);
  connections.emplace(connection.get(), OpenConnection{connection, session});
  connection->start();
}

boost::json::object Runtime::Impl::command(const boost::json::object& request, const std::string& who) {
  auto asked = request;
  asked["who"] = who;
  try {
    return node.command(asked, clock.now());
  } catch (const std::exception& e) {
    // A request must never stop the node; the store has rolled back what it began.
    tell("alert", "command_failed", {{"error", e.what()}});
    return {{"ok", false}, {"error", e.what()}};
  }
}

void Runtime::Impl::gather_or_turn() {
  if (stopping || !store.dirty() || (urgent && !submissions.any_open())) return turn();
  gathering = true;
  gather.expires_after(
      std::clamp<Duration>(commit_time, urgent ? shortest_gather : shortest_lazy_gather, longest_gather));
  gather.async_wait([this](const error_code&) {  // also when cancelled: nobody is left to wait for
    gathering = false;
    turn();
  });
}

void Runtime::Impl::turn() {
  turn_requested = urgent = false;
  const auto fed = std::exchange(fed_connections, {});
  const auto answers = std::exchange(after_drain, {});
  const bool commits = store.dirty();
  if (const auto step = clock.follow(); step != Duration{0})
    guarded("clock", [&] { node.handle(engine::event::ClockStepped{step}, clock.now()); });
  const auto before = clock.now();
  std::vector<engine::Action> actions;
  const bool stored = guarded("drain", [&] { actions = node.drain(before); }) && !node.withdrawn();
  if (commits) commit_time += (clock.now() - before - commit_time) / 4;
  // Replies first: a client waits for them, a delivery may take its time to begin.
  // What these sessions were about to promise is not on the disk: they never hear of it.
  for (const auto& c : fed) guarded("reply", [&] { stored ? c->after_drain() : c->close(); });
  for (const auto& answer : answers) guarded("answer", [&] { answer(stored); });
  for (auto& action : actions) guarded("action", [&] { act(std::move(action)); });
  bool sent = false;
  const bool pumped = guarded("transmit", [&] { sent = !stopping && bearers->turn(); });
  // What was sent gives new notices and reports: they want a drain of their own.
  if (sent) request_turn();
  if (stopping && !turn_requested) return io.stop();
  if (!pumped) return after_fault();
  if (!guarded("wake", [&] { sleep(); })) after_fault();
}

void Runtime::Impl::act(engine::Action action) {
  if (auto* deliver = std::get_if<engine::action::Deliver>(&action)) return deliverer.deliver(std::move(*deliver));
  if (auto* out = std::get_if<engine::action::CircuitOut>(&action)) return circuits->send(std::move(*out));
  options.report(std::get<engine::action::Report>(action));
}

void Runtime::Impl::sleep() {
  const auto now = clock.now();
  const auto next = node.next_wake();
  const Duration pause = next == never ? Duration(longest_sleep)
                                       : std::clamp(next - now, Duration(shortest_sleep), Duration(longest_sleep));
  wake.expires_after(std::max(clock.real(pause), shortest_sleep));
  wake.async_wait([this](const error_code& e) {
    if (!e) feed(engine::event::Tick{});
  });
  checkpoint.expires_after(idle_before_checkpoint);
  checkpoint.async_wait([this](const error_code& e) {
    if (!e) fold_back_log();
  });
}

// On a full disk this fails every second: said once, and once more when it is over.
void Runtime::Impl::fold_back_log() {
  const auto trouble = store.idle();
  if (trouble == checkpoint_trouble) return;
  if (trouble) tell("alert", "checkpoint_failed", {{"error", *trouble}});
  else tell("notice", "checkpoint_works", {});
  checkpoint_trouble = trouble;
}

void Runtime::Impl::after_fault() {
  wake.expires_after(pause_after_fault);
  wake.async_wait([this](const error_code& e) {
    if (!e) feed(engine::event::Tick{});
  });
}

void Runtime::Impl::wait_for_signals() {
  signals.async_wait([this](const error_code& e, int signal) {
    if (e) return;
    if (signal == SIGHUP) {
      if (options.on_reload) options.on_reload();
      return wait_for_signals();
    }
    stop();
  });
}

// There is no shut-down that matters: what counts is on the disk already. This only lets go of the
// sockets in good order.
void Runtime::Impl::stop() {
  tell("notice", "stopping", {});
  notify("STOPPING=1");
  stopping = true;
  for (const auto& l : listeners) l->stop();
  deliverer.stop();
  const auto open = connections;
  for (const auto& [ignored, entry] : open)
    if (const auto c = entry.connection.lock()) c->close();
  control->stop();
  bearers->stop();
  circuits->stop();
  request_turn();
}

void Runtime::Impl::start_watchdog() {
  const auto interval = watchdog_interval();
  if (!interval) return;
  watchdog.expires_after(*interval);
  watchdog.async_wait([this](const error_code& e) {
    if (e || stopping) return;
    notify("WATCHDOG=1");
    start_watchdog();
  });
}

Runtime::Runtime(RuntimeOptions options, store::Store& store)
    : impl_(std::make_unique<Impl>(std::move(options), store)) {}

Runtime::~Runtime() = default;

int Runtime::run() {
  auto& r = *impl_;
  r.wait_for_signals();
  r.bearers->start();
  r.circuits->start();
  for (const auto& l : r.listeners) l->start();
  r.control->start();
  r.request_turn();
  notify("READY=1");
  r.start_watchdog();
  r.tell("notice", "ready",
         {{"node", r.node.config().name},
          {"pmul_id", longwire::to_string(r.node.config().pmul_id)},
          {"emcon", r.node.emcon()}});
  // Every callback guards what it feeds; what still gets here must not end the daemon either.
  while (!r.guarded("callback", [&] { r.io.run(); })) r.after_fault();
  return r.exit_code;
}

}  // namespace longwire::io
