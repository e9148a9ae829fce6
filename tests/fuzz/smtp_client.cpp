// One server against a client session. The first octet chooses the message, SMTP or LMTP, STARTTLS and login; 0xFF 'n'
// in the rest means "wait for the next command". Checked: the same when fed octet by octet, every line sent is a
// command or a stuffed message that ends with CRLF.CRLF only once, every session ends with outcomes.
#include "node/smtp/client.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace longwire;

mail::Envelope envelope(std::uint8_t choice) {
  mail::Envelope e;
  e.from = "a@b.example";
  e.mt_priority = 4;
  e.body = (choice & 2) != 0 ? mail::Body::binary : mail::Body::seven_bit;
  for (const auto* address : {"c@d.example", "e@f> NOTIFY=NEVER", "g@h.example"}) {
    mail::Recipient r;
    r.address = address;
    r.notify = mail::Notify{.success = true};
    e.recipients.push_back(std::move(r));
  }
  return e;
}

class Fixed : public crypto::Random {
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) octet = 40;
  }
};

struct Result {
  std::string sent;
  std::string outcomes;
};

Result run(std::uint8_t choice, std::string_view input, bool octet_by_octet) {
  const std::string_view text = (choice & 4) != 0 ? "a: b\r\n\r\n.\r\n..x\r\nend" : "a: b\r\n\r\nQUIT\n.\r\n";
  smtp::ClientOptions options;
  options.lmtp = (choice & 1) != 0;
  options.host_name = "gw.example";
  Fixed random;
  options.random = &random;
  if ((choice & 8) != 0) options.start_tls = smtp::StartTls::if_offered;
  if ((choice & 16) != 0) options.login = smtp::Credentials{"u", std::make_shared<const crypto::Secret>(Bytes{'p'})};
  smtp::ClientSession session(options, envelope(choice), to_bytes(text));
  Result result;
  while (!input.empty()) {
    const auto wait = input.find("\xffn");
    const auto group = as_bytes(input.substr(0, wait));
    if (octet_by_octet)
      for (const auto& octet : group) session.feed({&octet, 1});
    else session.feed(group);
    result.sent += session.take_output() + '|';
    if (session.wants_tls()) {
      session.tls_established();
      result.sent += session.take_output() + '|';
    }
    if (wait == std::string_view::npos) break;
    input.remove_prefix(wait + 2);
  }
  session.connection_lost();
  if (!session.done() || session.outcomes().size() != 3) std::abort();
  for (const auto& o : session.outcomes()) {
    const char expected = o.kind == smtp::ClientSession::Outcome::Kind::delivered   ? '2'
                          : o.kind == smtp::ClientSession::Outcome::Kind::temporary ? '4'
                                                                                    : '5';
    if (o.status.size() < 5 || o.status.front() != expected) std::abort();
    for (const char c : o.reply)
      if ((c < ' ' && c != '\n') || c > '~') std::abort();
    result.outcomes += o.status + o.reply + '\n';
  }
  return result;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = run(data[0], input, false);
  const auto octets = run(data[0], input, true);
  if (whole.sent != octets.sent || whole.outcomes != octets.outcomes) std::abort();
  // As text only the message without a bare LF may leave; its stuffed dots never look like the end.
  const bool chunked = count(whole.sent, "BDAT ") > 0;
  if (!chunked && (count(whole.sent, "QUIT\n") > 0 || count(whole.sent, "\r\n.\r\n") > 1)) std::abort();
  if (count(whole.sent, "NOTIFY=NEVER") > 0) std::abort();
  return 0;
}
