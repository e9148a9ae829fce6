#include "crypto/random.hpp"

#include "crypto/mbedtls_port.hpp"

#include <mbedtls/hmac_drbg.h>

#include <algorithm>

namespace longwire::crypto {

struct Drbg::Impl {
  port::Owned<mbedtls_hmac_drbg_context, mbedtls_hmac_drbg_init, mbedtls_hmac_drbg_free> state;
};

Drbg::Drbg(ByteView seed) : impl_(std::make_unique<Impl>()) {
  port::must(mbedtls_hmac_drbg_seed_buf(impl_->state.get(), port::md_info(Digest::sha256), seed.data(), seed.size()));
}

Drbg::~Drbg() = default;

void Drbg::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto part = out.first(std::min<std::size_t>(out.size(), MBEDTLS_HMAC_DRBG_MAX_REQUEST));
    port::must(mbedtls_hmac_drbg_random(impl_->state.get(), part.data(), part.size()));
    out = out.subspan(part.size());
  }
}

}  // namespace longwire::crypto
