#include "node/io/sis_listener.hpp"

#include "node/io/endpoint.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace longwire::io {

namespace {

using boost::system::error_code;

// Of a client that ignores S_DATA_FLOW_OFF. Real time: it is this host that is spared.
constexpr std::chrono::seconds slow_reading{1};
// To take the last words of the node before its connection is closed. Real time too.
constexpr std::chrono::seconds last_words{5};

}  // namespace

struct SisListener::Client {
  Client(StreamListener::Socket s, std::string a, s5066::ClientId i)
      : socket(std::move(s)),
        timer(socket.get_executor()),
        closer(socket.get_executor()),
        address(std::move(a)),
        id(i) {}
  StreamListener::Socket socket;
  boost::asio::steady_timer timer, closer;
  std::string address;
  s5066::ClientId id;
  std::array<std::uint8_t, 16 * 1024> in{};
  Bytes writing;
  bool open = true, closing = false;
};

SisListener::SisListener(boost::asio::io_context& io, const std::vector<engine::Endpoint>& endpoints,
                         std::size_t most_clients, s5066::Stack& stack, Clock& clock, Owner owner)
    : most_clients_(most_clients), stack_(stack), clock_(clock), owner_(std::move(owner)) {
  for (const auto& endpoint : endpoints) {
    try {
      listeners_.push_back(std::make_unique<StreamListener>(
          io, endpoint, [this](StreamListener::Socket s, const std::string& a) { accepted(std::move(s), a); }));
    } catch (const std::exception& e) {
      throw std::runtime_error("sis_listen " + to_string(endpoint) + ": " + e.what());
    }
  }
}

SisListener::~SisListener() { stop(); }

void SisListener::start() {
  for (const auto& l : listeners_) {
    l->start();
    owner_.report("notice", "sis_listening", {{"address", l->address()}});
  }
}

void SisListener::stop() {
  if (std::exchange(stopped_, true)) return;
  for (const auto& l : listeners_) l->stop();
  const auto open = clients_;
  for (const auto& c : open) gone(c, "stopping");
}

std::vector<std::string> SisListener::addresses() const {
  std::vector<std::string> all;
  for (const auto& l : listeners_) all.push_back(l->address());
  return all;
}

void SisListener::accepted(StreamListener::Socket socket, const std::string& address) {
  if (clients_.size() >= most_clients_)
    return owner_.report("warning", "sis_full", {{"client", address}, {"clients", clients_.size()}});
  const auto client = std::make_shared<Client>(std::move(socket), address, stack_.connect(clock_.now()));
  clients_.push_back(client);
  owner_.report("info", "sis_connected", {{"client", address}, {"id", client->id}});
  read(client);
  owner_.fed();
}

void SisListener::read(const std::shared_ptr<Client>& client) {
  client->socket.async_read_some(boost::asio::buffer(client->in),
                                 [this, client](const error_code& e, std::size_t size) {
                                   if (!client->open) return;
                                   if (e) return gone(client, "closed by the client");
                                   stack_.feed(client->id, {client->in.data(), size}, clock_.now());
                                   owner_.fed();
                                   if (client->open) read_soon(client);
                                 });
}

void SisListener::read_soon(const std::shared_ptr<Client>& client) {
  if (stack_.wants_input(client->id)) return read(client);
  client->timer.expires_after(slow_reading);
  client->timer.async_wait([this, client](const error_code& e) {
    if (!e && client->open) read(client);
  });
}

void SisListener::flush() {
  const auto all = clients_;
  for (const auto& c : all) flush(c);
}

void SisListener::flush(const std::shared_ptr<Client>& client) {
  if (!client->open) return;
  if (stack_.wants_close(client->id)) close_soon(client);
  if (!client->writing.empty()) return;
  client->writing = stack_.take_output(client->id);
  if (client->writing.empty()) {
    if (stack_.wants_close(client->id)) gone(client, "closed by the node");
    return;
  }
  boost::asio::async_write(client->socket, boost::asio::buffer(client->writing),
                           [this, client](const error_code& e, std::size_t) {
                             client->writing.clear();
                             if (!client->open) return;
                             if (e) return gone(client, "does not take what is sent");
                             flush(client);
                           });
}

// A client that reads nothing would hold its place for ever.
void SisListener::close_soon(const std::shared_ptr<Client>& client) {
  if (std::exchange(client->closing, true)) return;
  client->closer.expires_after(last_words);
  client->closer.async_wait([this, client](const error_code& e) {
    if (!e && client->open) gone(client, "does not take what is sent");
  });
}

void SisListener::gone(const std::shared_ptr<Client>& client, std::string_view why) {
  if (!std::exchange(client->open, false)) return;
  std::erase(clients_, client);
  error_code ignored;
  (void)client->socket.close(ignored);
  client->timer.cancel();
  client->closer.cancel();
  stack_.disconnect(client->id, clock_.now());
  owner_.report("info", "sis_disconnected", {{"client", client->address}, {"id", client->id}, {"reason", why}});
  if (!stopped_) owner_.fed();
}

}  // namespace longwire::io
