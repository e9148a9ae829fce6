// One client against a server session. The input is cut into what the client sends at a time by the octet
// 0xFF 'n', "wait for the replies"; TLS stands at once where both sides want it. Checked: the same replies when fed
// octet by octet, well-formed replies, no message that holds a bare CR, bare LF or NUL unless it came as BINARYMIME,
// bounded memory.
#include "base/limits.hpp"
#include "node/smtp/line_check.hpp"
#include "node/smtp/server.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace longwire;

class Policy : public smtp::Policy {
 public:
  smtp::Reply on_mail(const smtp::Client&, mail::Envelope&, Time) override { return {250, "2.1.0", "ok"}; }
  smtp::Reply on_rcpt(const smtp::Client&, const mail::Envelope&, const mail::Recipient& r, Time) override {
    if (r.address.front() == 'n') return {550, "5.1.1", "no such user"};
    return {250, "2.1.5", "ok"};
  }
  smtp::Reply on_message(const smtp::Client&, mail::Envelope envelope, Bytes message, Time) override {
    const auto facts = smtp::check_lines(message);
    if (envelope.body != mail::Body::binary && (facts.bare_line_end || facts.nul)) std::abort();
    if (message.size() > 1000 || envelope.recipients.empty()) std::abort();
    messages += std::string(as_text(message)) + '\n';
    return {250, "2.6.0", "kept"};
  }
  std::string messages;
};

struct Result {
  std::string replies;
  std::string messages;
  bool closed = false;
};

class Fixed : public crypto::Random {
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) octet = 40;
  }
};

const crypto::UserFile& users() {
  static const auto file = [] {
    Fixed random;
    return *crypto::UserFile::read(crypto::format_user(*crypto::make_user("u", "p", 4096, random)));
  }();
  return file;
}

Result run(std::string_view input, bool octet_by_octet) {
  Policy policy;
  Fixed random;
  smtp::Logins logins(users(), random, {});
  smtp::ServerOptions options;
  options.host_name = "gw.example";
  options.max_message = 1000;
  options.max_recipients = 5;
  options.starttls = true;
  options.logins = &logins;
  smtp::ServerSession session(options, {}, policy);
  session.start();
  Result result{session.take_output(), {}, false};
  while (!input.empty()) {
    const auto wait = input.find("\xffn");
    const auto group = as_bytes(input.substr(0, wait));
    if (octet_by_octet)
      for (const auto& octet : group) session.feed({&octet, 1}, Time{});
    else session.feed(group, Time{});
    result.replies += session.take_output();
    if (session.wants_tls()) session.tls_established({});
    if (wait == std::string_view::npos) break;
    input.remove_prefix(wait + 2);
  }
  result.messages = policy.messages;
  result.closed = session.closed();
  return result;
}

void check_replies(std::string_view replies) {
  while (!replies.empty()) {
    const auto end = replies.find("\r\n");
    if (end == std::string_view::npos || end > 510 || end < 4) std::abort();
    if (replies[0] < '2' || replies[0] > '5' || (replies[3] != ' ' && replies[3] != '-')) std::abort();
    replies.remove_prefix(end + 2);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto whole = run(input, false);
  const auto octets = run(input, true);
  if (whole.replies != octets.replies || whole.messages != octets.messages || whole.closed != octets.closed)
    std::abort();
  check_replies(whole.replies);
  return 0;
}
