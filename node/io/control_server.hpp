// ControlServer: the operator's socket. JSON lines over a unix socket: one request, one answer.
//
// Who may ask is decided by the kernel's word on the peer (SO_PEERCRED, SO_PEERGROUPS): root, the user of the
// daemon, and members of [node] control_group. Everybody else gets a refusal that says so, and the operator an event.
#pragma once

#include "base/time.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>

#include <functional>
#include <memory>
#include <string>

namespace longwire::io {

class ControlServer {
 public:
  struct Owner {
    // Carries out a request; the answer leaves only after the next drain.
    std::function<boost::json::object(const boost::json::object& request, const std::string& who)> command;
    // Calls back once everything up to now is on the disk, or false when it could not be put there.
    std::function<void(std::function<void(bool stored)>)> after_drain;
    std::function<void(const std::string& who)> refused;
  };

  // group: control_group; empty: none. Throws std::runtime_error for a group this host does not know,
  // boost::system::system_error when the socket cannot be made.
  ControlServer(boost::asio::io_context& io, std::string path, const std::string& group, Owner owner);
  ~ControlServer();
  void start();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::io
