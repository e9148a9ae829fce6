#include "crypto/tls/tls_stream.hpp"

#include "base/limits.hpp"
#include "crypto/tls/peer_name.hpp"
#include "crypto/tls/tls_impl.hpp"
#include "crypto/tls/tls_port.hpp"

#include <mbedtls/error.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace longwire::crypto {

namespace {

std::string text_of(int code) {
  std::array<char, 200> text{};
  mbedtls_strerror(code, text.data(), text.size());
  return text.data();
}

// Which alert the peer gets is chosen by the library from these flags.
std::uint32_t flags_of(std::string_view reason) {
  if (reason == "expired" || reason == "crl_expired") return MBEDTLS_X509_BADCERT_EXPIRED;
  if (reason == "not_yet_valid") return MBEDTLS_X509_BADCERT_FUTURE;
  if (reason == "revoked") return MBEDTLS_X509_BADCERT_REVOKED;
  if (reason == "wrong_name") return MBEDTLS_X509_BADCERT_CN_MISMATCH;
  if (reason == "wrong_usage") return MBEDTLS_X509_BADCERT_KEY_USAGE;
  return MBEDTLS_X509_BADCERT_NOT_TRUSTED;
}

}  // namespace

struct TlsStream::Impl {
  Impl(std::shared_ptr<const TlsContext> shared, std::string name, Time time)
      : context(std::move(shared)), peer_name(std::move(name)), now(time) {
    port::must(mbedtls_ssl_setup(ssl.get(), context->impl().config.get()));
    mbedtls_ssl_set_bio(ssl.get(), this, send, receive, nullptr);
    mbedtls_ssl_set_verify(ssl.get(), verify, this);
    if (context->settings().server) return;
    // RFC 6066 3: an address is no name to ask for.
    const bool ask = !peer_name.empty() && !ip_octets(peer_name);
    port::must(mbedtls_ssl_set_hostname(ssl.get(), ask ? peer_name.c_str() : nullptr));
  }

  static int send(void* self, const unsigned char* octets, std::size_t count);
  static int receive(void* self, unsigned char* octets, std::size_t count);
  static int verify(void* self, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags);

  bool verifies() const {
    const auto& s = context->settings();
    return s.server ? s.client_certificate != ClientCertificate::none : s.verify_server;
  }
  void judge(const mbedtls_x509_crt& leaf);
  void advance();
  void shake_hands();
  void read();
  void flush();
  void fail(std::string_view name, std::string text) {
    if (!failure) failure = error(name, 0, std::move(text));
  }
  void fail(int code);
  void take_peer();

  std::shared_ptr<const TlsContext> context;
  std::string peer_name;
  Time now;
  port::Owned<mbedtls_ssl_context, mbedtls_ssl_init, mbedtls_ssl_free> ssl;
  Bytes in;
  std::size_t in_at = 0;
  std::string out, plain_in, plain_out;
  std::size_t plain_out_at = 0;
  CertificatePtr peer;
  std::string_view refusal;  // of the peer's certificate
  bool judged = false, is_up = false, ended = false, peer_closed = false, closing = false, close_sent = false;
  std::optional<Error> failure;
};

int TlsStream::Impl::send(void* self, const unsigned char* octets, std::size_t count) {
  auto& s = *static_cast<Impl*>(self);
  // Only answers to a peer that never reads can get here: data is held back in flush().
  if (s.out.size() + count > 2 * limits::tls_chunk_octets) return MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL;
  s.out.append(reinterpret_cast<const char*>(octets), count);
  return static_cast<int>(count);
}

int TlsStream::Impl::receive(void* self, unsigned char* octets, std::size_t count) {
  auto& s = *static_cast<Impl*>(self);
  const auto used = std::min(count, s.in.size() - s.in_at);
  if (used == 0) return s.ended ? 0 : MBEDTLS_ERR_SSL_WANT_READ;
  std::memcpy(octets, s.in.data() + s.in_at, used);
  s.in_at += used;
  return static_cast<int>(used);
}

// The library asks for each certificate of the path it found, the peer's own last. What it thinks of them, by its own
// rules and the clock of this host, does not count.
int TlsStream::Impl::verify(void* self, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags) {
  *flags = 0;
  if (depth > 0) return 0;
  auto& s = *static_cast<Impl*>(self);
  s.judge(*certificate);
  if (s.refusal.empty()) return 0;
  *flags = flags_of(s.refusal);
  // A server that only asks takes no certificate for an answer, but not a bad one.
  const auto& settings = s.context->settings();
  const bool only_asked = settings.server && settings.client_certificate == ClientCertificate::ask;
  return only_asked ? MBEDTLS_ERR_X509_FATAL_ERROR : 0;
}

void TlsStream::Impl::judge(const mbedtls_x509_crt& leaf) {
  judged = true;
  std::vector<CertificatePtr> sent;
  const auto refuse = [this](std::string_view reason, const std::string& text) {
    refusal = reason;
    fail("tls_certificate", std::string(reason) + ": " + text);
  };
  for (const auto* c = &leaf; c != nullptr && c->raw.p != nullptr; c = c->next) {
    auto read = read_certificate({c->raw.p, c->raw.len});
    if (!read && c == &leaf) return refuse(read.error().name, "the certificate of the other side cannot be read");
    if (read) sent.push_back(*std::move(read));
    if (sent.size() > limits::tls_chain) return refuse("path_too_long", "too many certificates");
  }
  const auto& settings = context->settings();
  const auto own = sent.front();
  const auto path = verify_path(*own, {sent.begin() + 1, sent.end()}, settings.trust,
                                settings.server ? Purpose::tls_client : Purpose::tls_server, now);
  if (!path.ok) return refuse(path.reason, "'" + own->subject_text() + "': " + path.text);
  if (!settings.server && !peer_name.empty() && !names_host(*own, peer_name))
    return refuse("wrong_name", "'" + own->subject_text() + "' is not a certificate of " + peer_name);
  peer = own;
}

void TlsStream::Impl::fail(int code) {
  if (failure) return;  // judge() said it better
  if (code == MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL) return fail("tls_overflow", "the other side does not read");
  if (code == MBEDTLS_ERR_SSL_CONN_EOF) return fail("tls_truncated", "the connection ended without close_notify");
  if (code == MBEDTLS_ERR_SSL_NO_CLIENT_CERTIFICATE)
    return fail("tls_no_client_certificate", "the client has no certificate");
  if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) return fail("tls_alert", "the other side broke it off");
  if (port::is_version_error(code)) return fail("tls_version", "the other side has no TLS 1.2 or later");
  if (port::is_nothing_in_common(code))
    return fail("tls_no_common", "no suite, group or signature that both sides take");
  if (code == MBEDTLS_ERR_SSL_INVALID_RECORD || code == MBEDTLS_ERR_SSL_INVALID_MAC)
    return fail("tls_record", text_of(code));
  fail(is_up ? "tls_record" : "tls_handshake", text_of(code));
}

// Where nothing is verified the certificate is still worth a line in the log.
void TlsStream::Impl::take_peer() {
  if (peer) return;
  const auto* certificate = mbedtls_ssl_get_peer_cert(ssl.get());
  if (certificate == nullptr) return;
  if (auto read = read_certificate({certificate->raw.p, certificate->raw.len})) peer = *std::move(read);
}

void TlsStream::Impl::shake_hands() {
  const int code = mbedtls_ssl_handshake(ssl.get());
  if (code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE) return;
  if (code != 0) return fail(code);
  const bool must = verifies() && (!context->settings().server ||
                                   context->settings().client_certificate == ClientCertificate::require ||
                                   mbedtls_ssl_get_peer_cert(ssl.get()) != nullptr);
  // Cannot be; but nobody gets in because a library changed its mind about when it calls back.
  if (must && (!judged || !peer)) return fail("tls_certificate", "untrusted_issuer: the certificate was not verified");
  take_peer();
  is_up = true;
}

void TlsStream::Impl::read() {
  std::array<unsigned char, 16 * 1024> chunk;
  while (plain_in.size() < limits::tls_input_octets) {
    const int code = mbedtls_ssl_read(ssl.get(), chunk.data(), chunk.size());
    if (code > 0) {
      plain_in.append(reinterpret_cast<const char*>(chunk.data()), static_cast<std::size_t>(code));
      continue;
    }
    if (code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE) return;
    if (port::is_ticket(code)) continue;
    if (code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
      peer_closed = true;
      return;
    }
    return fail(code == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : code);
  }
}

void TlsStream::Impl::advance() {
  if (!failure && !is_up) shake_hands();
  if (!failure && is_up && !peer_closed) read();
  in.erase(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(in_at));
  in_at = 0;
}

void TlsStream::Impl::flush() {
  if (failure || !is_up) return;
  while (plain_out_at < plain_out.size() && out.size() < limits::tls_chunk_octets) {
    const auto* from = reinterpret_cast<const unsigned char*>(plain_out.data()) + plain_out_at;
    const int code = mbedtls_ssl_write(ssl.get(), from, plain_out.size() - plain_out_at);
    if (code <= 0) return fail(code);
    plain_out_at += static_cast<std::size_t>(code);
  }
  if (plain_out_at < plain_out.size()) return;
  plain_out.clear();
  plain_out_at = 0;
  if (closing && !close_sent) {
    close_sent = true;
    (void)mbedtls_ssl_close_notify(ssl.get());
  }
}

TlsStream::TlsStream(std::shared_ptr<const TlsContext> context, std::string peer_name, Time now)
    : impl_(std::make_unique<Impl>(std::move(context), std::move(peer_name), now)) {
  if (!impl_->context->settings().server) impl_->advance();
}
TlsStream::~TlsStream() = default;
TlsStream::TlsStream(TlsStream&&) noexcept = default;

void TlsStream::feed(ByteView octets) {
  auto& s = *impl_;
  if (s.failure || s.peer_closed || s.ended) return;
  if (s.in.size() + octets.size() > limits::tls_input_octets) return s.fail("tls_overflow", "more came than was taken");
  s.in.insert(s.in.end(), octets.begin(), octets.end());
  s.advance();
}

void TlsStream::end_of_input() {
  auto& s = *impl_;
  if (s.failure || s.peer_closed || std::exchange(s.ended, true)) return;
  s.advance();
}

void TlsStream::write(ByteView plain) {
  auto& s = *impl_;
  if (s.failure || s.closing) return;
  if (s.plain_out.size() - s.plain_out_at + plain.size() > limits::tls_waiting_octets)
    return s.fail("tls_overflow", "more was written than leaves");
  s.plain_out += as_text(plain);
}

void TlsStream::close() { impl_->closing = true; }

std::string TlsStream::take_output() {
  impl_->flush();
  return std::exchange(impl_->out, {});
}

std::string TlsStream::take_plain() {
  auto plain = std::exchange(impl_->plain_in, {});
  if (!plain.empty()) impl_->advance();  // what did not fit before
  return plain;
}

bool TlsStream::established() const { return impl_->is_up; }
bool TlsStream::closed() const { return impl_->peer_closed; }
const std::optional<Error>& TlsStream::failure() const { return impl_->failure; }
std::string TlsStream::version() const { return mbedtls_ssl_get_version(impl_->ssl.get()); }
std::string TlsStream::cipher() const {
  const char* name = mbedtls_ssl_get_ciphersuite(impl_->ssl.get());
  return name == nullptr ? std::string{} : std::string(name);
}
CertificatePtr TlsStream::peer_certificate() const { return impl_->peer; }

}  // namespace longwire::crypto
