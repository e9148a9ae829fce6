// What the EHLO or LHLO reply of a next hop says about it.
#pragma once

#include "mail/parameters.hpp"
#include "node/smtp/reply_reader.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace longwire::smtp {

struct Hop {
  std::string name;                 // from the reply; empty when it gives no usable one
  mail::Extensions extensions;      // auth stays false: AUTH= goes to nobody we have not authenticated to
  std::int64_t min_deliver_by = 0;  // RFC 2852 2; 0 = none stated
  bool starttls = false;
  std::vector<std::string> mechanisms{};  // of AUTH
};

Hop read_hop(const ServerReply& ehlo);
// The first word of a greeting or EHLO reply if it can be a host name, else empty.
std::string host_name_in(const ServerReply& reply);

}  // namespace longwire::smtp
