// SmtpUser: a mail program at a station. It speaks the real protocol to the real server session.
#pragma once

#include "node/engine/node.hpp"
#include "node/smtp/server.hpp"
#include "sim/scenario.hpp"

#include <string>
#include <vector>

namespace longwire::sim {

class SmtpUser {
 public:
  struct Answer {
    bool accepted = false;
    bool temporary = false;     // worth another try
    std::string text;           // the reply that decided
    std::vector<bool> refused;  // per recipient of the plan
  };

  SmtpUser(smtp::Policy& policy, const engine::Config& config, Time now);

  void send_envelope(const MessagePlan& plan);
  void send_message(ByteView message);
  // After the node's drain(): what the server said.
  Answer finish();

 private:
  struct Reply {
    int code;
    std::string text;
  };

  std::vector<Reply> exchange(std::string_view octets);
  std::vector<Reply> read();

  smtp::ServerSession session_;
  Time now_;
  Answer answer_;
  bool data_wanted_ = false;
};

}  // namespace longwire::sim
