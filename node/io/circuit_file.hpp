// CircuitFile: ACP 127 by folders. A file in the inbox is complete once it has its name (writers rename it into
// place; names that begin with '.' or end with .tmp are left alone); when its messages are stored it goes to done/,
// one without any message to failed/. Messages go out as one file each, under a name made of FL3.
#pragma once

#include "node/io/circuit_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <set>

namespace longwire::io {

class CircuitFile : public CircuitPort {
 public:
  struct Settings {
    std::string inbox, outbox;
    acp127::Code code = acp127::Code::ia5;
  };
  CircuitFile(boost::asio::io_context& io, Settings settings, Handlers handlers);

  void start() override;
  void stop() override;
  void send(std::uint64_t delivery, std::string name, Bytes octets) override;

 private:
  void look();
  void look_again();
  void read(const std::string& name);
  void put_away(const std::string& name, const char* folder);
  std::string write(const std::string& name, ByteView octets) const;  // empty, or what went wrong

  boost::asio::io_context& io_;
  Settings settings_;
  Handlers handlers_;
  boost::asio::steady_timer timer_;
  std::set<std::string> busy_;   // read, waiting for the commit
  std::set<std::string> stuck_;  // read and stored, but they cannot be moved away
  std::string trouble_;          // of the inbox, told once
  bool stopped_ = false;
};

}  // namespace longwire::io
