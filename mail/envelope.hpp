// The SMTP envelope as it crosses every hop: SMTP, LMTP, MULE, the store.
#pragma once

#include "base/precedence.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::mail {

enum class Body : std::uint8_t { seven_bit, eight_bit, binary };
enum class Ret : std::uint8_t { unset, full, headers };

// RFC 2852: BY=seconds;mode[T]. seconds may be negative with mode 'N'.
struct DeliverBy {
  std::int64_t seconds = 0;
  bool return_if_late = false;  // 'R'; otherwise 'N' (notify)
  bool trace = false;           // 'T'
};

// RFC 3461 NOTIFY; unset means FAILURE (and perhaps DELAY).
struct Notify {
  bool never = false;
  bool success = false;
  bool failure = false;
  bool delay = false;
};

struct Recipient {
  std::string address;  // "user@domain", no angle brackets
  std::optional<Notify> notify;
  std::string orcpt;               // "rfc822;xtext" exactly as received; empty = none
  std::vector<std::string> other;  // parameters we do not know but pass on (RFC 8494 3.3)
};

struct Envelope {
  std::string from;  // empty: the null reverse-path <>
  std::vector<Recipient> recipients;
  Ret ret = Ret::unset;
  std::string envid;               // xtext exactly as received; empty = none
  std::optional<int> mt_priority;  // -9 .. 9
  Body body = Body::seven_bit;
  std::optional<DeliverBy> by;
  std::optional<std::uint64_t> size;
  std::string auth;                // AUTH= value, xtext; empty = none
  std::vector<std::string> other;  // further MAIL parameters passed on

  Precedence precedence() const { return from_mt_priority(mt_priority.value_or(0)); }
};

// The part behind the last '@', lower case; empty when there is none.
std::string domain_of(std::string_view address);
std::string local_part_of(std::string_view address);

}  // namespace longwire::mail
