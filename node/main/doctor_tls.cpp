// The part of `longwire doctor` that tries TLS and login at the mail server of [deliver], without sending a mail.
#include "crypto/tls/tls_stream.hpp"
#include "node/io/blocking_stream.hpp"
#include "node/io/endpoint_text.hpp"
#include "node/io/system_random.hpp"
#include "node/io/tls_setup.hpp"
#include "node/main/doctor_host.hpp"
#include "node/smtp/client.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace longwire::commands {

namespace {

using namespace std::chrono_literals;

// A delivery up to the point where the mail would be named.
class Trial {
 public:
  Trial(io::BlockingStream stream, io::DeliverTls tls, smtp::ClientOptions options)
      : stream_(std::move(stream)), tls_(std::move(tls)), session_(std::move(options), nobody(), {}) {
    if (tls_.context && tls_.implicit) begin();
  }

  // Empty: the server would take mail; else why not.
  std::string run() {
    constexpr int more_than_it_takes = 100;
    for (int i = 0; i < more_than_it_takes; ++i) {
      auto said = session_.take_output();
      const bool there = said.starts_with("MAIL ");
      send(there ? "QUIT\r\n" : std::move(said));
      if (there) return {};
      if (session_.done()) return session_.outcomes().front().reply;
      const auto octets = stream_.read(10s);
      if (!octets) session_.timed_out();
      else if (octets->empty()) session_.connection_lost();
      else received(*octets);
    }
    return "it talks without end";
  }
  std::string words() const {
    return session_.server_name() + (secured_ ? " answers inside " + secured_->version() : " answers in the clear");
  }

 private:
  static mail::Envelope nobody() {
    mail::Envelope e;
    e.recipients.resize(1);
    e.recipients.front().address = "postmaster";
    return e;
  }
  void begin() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    secured_.emplace(tls_.context, tls_.server_name, Time{std::chrono::duration_cast<Duration>(now)});
  }
  void send(std::string text) {
    if (secured_) {
      secured_->write(as_bytes(text));
      text = secured_->take_output();
    }
    if (!text.empty()) (void)stream_.write(as_bytes(text), 10s);
  }
  void received(ByteView octets) {
    if (!secured_) {
      session_.feed(octets);
      if (session_.wants_tls()) begin();
      return;
    }
    secured_->feed(octets);
    if (secured_->established() && !std::exchange(shaken_, true)) session_.tls_established();
    for (auto plain = secured_->take_plain(); !plain.empty(); plain = secured_->take_plain())
      session_.feed(as_bytes(plain));
    if (const auto& failure = secured_->failure())
      session_.tls_failed(std::string(failure->name) + ": " + failure->text);
  }

  io::BlockingStream stream_;
  io::DeliverTls tls_;
  smtp::ClientSession session_;
  std::optional<crypto::TlsStream> secured_;
  bool shaken_ = false;
};

}  // namespace

void examine_delivery_tls(const engine::Config& config, Findings& out) {
  const bool lmtp = config.deliver.lmtp.has_value();
  const auto& server = lmtp ? *config.deliver.lmtp : *config.deliver.smtp;
  const auto name = io::to_string(server);
  std::string why;
  auto stream = io::BlockingStream::connect(server, 5s, why);
  if (!stream) return out.fail("deliver", why, "start it, or correct [deliver]");
  try {
    const auto random = io::system_random();
    auto tls = io::set_up(config.deliver, *random);
    smtp::ClientOptions options{lmtp, config.domain};
    if (tls.context) options.start_tls = tls.falls_back ? smtp::StartTls::if_offered : smtp::StartTls::require;
    options.login = tls.login;
    options.random = random.get();
    Trial trial(std::move(*stream), std::move(tls), std::move(options));
    why = trial.run();
    if (why.empty())
      return out.ok("deliver",
                    name + ": " + trial.words() + (config.deliver.tls.user.empty() ? "" : " and takes the login"));
  } catch (const std::exception& e) {
    why = e.what();
  }
  out.fail("deliver", name + ": " + why, "correct tls, tls_trust, tls_name, user or password of [deliver]");
}

}  // namespace longwire::commands
