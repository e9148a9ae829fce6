#include "node/io/control_server.hpp"

#include "base/limits.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

namespace longwire::io {

namespace {

using boost::asio::local::stream_protocol;
using boost::system::error_code;
namespace json = boost::json;

// An operator's terminal may stay connected, but one that stops reading is cut off.
constexpr std::chrono::minutes idle_limit{10};
constexpr std::chrono::seconds write_limit{10};
// accept() fails when descriptors run out: try again once some have been closed.
constexpr std::chrono::milliseconds accept_pause{200};

std::string name_of(uid_t uid) {
  passwd found{};
  passwd* result = nullptr;
  std::array<char, 4096> room{};
  (void)::getpwuid_r(uid, &found, room.data(), room.size(), &result);
  return "uid " + std::to_string(uid) + (result != nullptr ? " (" + std::string(found.pw_name) + ")" : "");
}

std::optional<gid_t> group_id(const std::string& name) {
  if (name.empty()) return std::nullopt;
  group found{};
  group* result = nullptr;
  std::array<char, 64 * 1024> room{};
  (void)::getgrnam_r(name.c_str(), &found, room.data(), room.size(), &result);
  if (result == nullptr) throw std::runtime_error("[node] control_group '" + name + "': this host has no such group");
  return found.gr_gid;
}

// As they were when the peer connected (Linux 4.13).
bool is_member(int fd, gid_t primary, gid_t group) {
  if (primary == group) return true;
  std::vector<gid_t> groups(NGROUPS_MAX);
  auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) return false;
  groups.resize(size / sizeof(gid_t));
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

struct Peer {
  std::string who;
  bool allowed = false;
};

// The kernel's word on who connected.
Peer peer_of(int fd, std::optional<gid_t> group) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {"somebody", false};
  const bool same_user = peer.uid == 0 || peer.uid == ::geteuid();
  return {name_of(peer.uid), same_user || (group && is_member(fd, peer.gid, *group))};
}

json::object refusal(const std::string& error) { return {{"ok", false}, {"error", error}}; }

}  // namespace

struct ControlServer::Impl {
  struct Connection;

  Impl(boost::asio::io_context& context, std::string where, const std::string& group_name, Owner callbacks)
      : io(context),
        path(std::move(where)),
        group(group_id(group_name)),
        owner(std::move(callbacks)),
        acceptor(context),
        pause(context) {}

  void open();
  void accept();

  boost::asio::io_context& io;
  std::string path;
  std::optional<gid_t> group;
  Owner owner;
  stream_protocol::acceptor acceptor;
  boost::asio::steady_timer pause;
  std::set<std::shared_ptr<Connection>> open_connections;
};

struct ControlServer::Impl::Connection : std::enable_shared_from_this<Connection> {
  Connection(Impl& server, stream_protocol::socket s, std::string peer, bool may)
      : owner(server), socket(std::move(s)), who(std::move(peer)), allowed(may), timer(socket.get_executor()) {}

  void read() {
    arm(allowed ? std::chrono::seconds(idle_limit) : write_limit);
    boost::asio::async_read_until(socket, boost::asio::dynamic_buffer(in, limits::control_line), '\n',
                                  [self = this->shared_from_this()](const error_code& e, std::size_t size) {
                                    if (self->closed) return;
                                    if (e == boost::asio::error::not_found)
                                      return self->answer(refusal("the request is too long"), true);
                                    if (e) return self->close();
                                    const auto line = self->in.substr(0, size);
                                    self->in.erase(0, size);
                                    self->handle(line);
                                  });
  }

  void handle(const std::string& line) {
    // Said in answer to a request, so that whoever asked reads it.
    if (!allowed)
      return answer(
          refusal("not permitted: " + who + " is neither root nor the daemon's user nor in its control_group"), true);
    error_code e;
    const auto request = json::parse(line, e);
    if (e || !request.is_object()) return answer(refusal("the request is not a JSON object"), false);
    auto reply = owner.owner.command(request.as_object(), who);
    owner.owner.after_drain([self = this->shared_from_this(), reply = std::move(reply)](bool stored) {
      self->answer(stored ? reply : refusal("the store failed, nothing was changed"), false);
    });
  }

  void answer(const json::object& reply, bool last) {
    if (closed) return;
    out = json::serialize(reply) + "\n";
    arm(write_limit);
    boost::asio::async_write(socket, boost::asio::buffer(out),
                             [self = this->shared_from_this(), last](const error_code& e, std::size_t) {
                               if (self->closed) return;
                               if (e || last) return self->close();
                               self->read();
                             });
  }

  void arm(std::chrono::seconds limit) {
    timer.expires_after(limit);
    timer.async_wait([weak = this->weak_from_this()](const error_code& e) {
      if (const auto self = weak.lock(); !e && self) self->close();
    });
  }

  void close() {
    if (std::exchange(closed, true)) return;
    error_code ignored;
    timer.cancel();
    (void)socket.close(ignored);
    owner.open_connections.erase(this->shared_from_this());
  }

  Impl& owner;
  stream_protocol::socket socket;
  std::string who;
  bool allowed;
  boost::asio::steady_timer timer;
  std::string in;
  std::string out;
  bool closed = false;
};

void ControlServer::Impl::open() {
  // Whoever holds the store's lock owns this name; what lies here is a leftover.
  ::unlink(path.c_str());
  acceptor.open();
  const auto before = ::umask(0117);  // 0660 from the first moment on
  error_code failed;
  (void)acceptor.bind(stream_protocol::endpoint(path), failed);
  ::umask(before);
  if (failed) throw boost::system::system_error(failed, "control socket " + path);
  // Without the group's right on the file its members would not even be told no.
  if (group && ::chown(path.c_str(), static_cast<uid_t>(-1), *group) != 0)
    throw boost::system::system_error(error_code(errno, boost::system::system_category()), "control socket " + path);
  acceptor.listen();
}

void ControlServer::Impl::accept() {
  acceptor.async_accept([this](const error_code& e, stream_protocol::socket socket) {
    if (e == boost::asio::error::operation_aborted) return;
    if (e) {
      pause.expires_after(accept_pause);
      return pause.async_wait([this](const error_code& stopped) {
        if (!stopped) accept();
      });
    }
    {
      const auto peer = peer_of(socket.native_handle(), group);
      const auto connection = std::make_shared<Connection>(*this, std::move(socket), peer.who, peer.allowed);
      // Strangers have places of their own: they cannot keep an operator out.
      const auto alike = std::count_if(open_connections.begin(), open_connections.end(),
                                       [&](const auto& c) { return c->allowed == peer.allowed; });
      const bool full = static_cast<std::size_t>(alike) >= limits::control_connections;
      open_connections.insert(connection);
      if (!peer.allowed) owner.refused(peer.who);
      if (full) connection->answer(refusal("too many control connections"), true);
      else connection->read();
    }
    accept();
  });
}

ControlServer::ControlServer(boost::asio::io_context& io, std::string path, const std::string& group, Owner owner)
    : impl_(std::make_unique<Impl>(io, std::move(path), group, std::move(owner))) {
  impl_->open();
}

ControlServer::~ControlServer() = default;

void ControlServer::start() { impl_->accept(); }

void ControlServer::stop() {
  error_code ignored;
  impl_->pause.cancel();
  (void)impl_->acceptor.close(ignored);
  const auto connections = impl_->open_connections;
  for (const auto& c : connections) c->close();
  ::unlink(impl_->path.c_str());
}

}  // namespace longwire::io
