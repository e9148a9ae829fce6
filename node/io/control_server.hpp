// ControlServer: the operator's socket. JSON lines over a unix socket: one request, one answer.
//
// Who may ask is decided by the kernel's word on the peer (SO_PEERCRED): root, the user of the
// daemon, and members of the daemon's group as far as the mode 0660 lets them connect.
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
  };

  // Throws boost::system::system_error when the socket cannot be made.
  ControlServer(boost::asio::io_context& io, std::string path, Owner owner);
  ~ControlServer();
  void start();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::io
