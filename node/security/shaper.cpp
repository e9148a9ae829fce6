#include "node/security/shaper.hpp"

#include "base/text.hpp"
#include "node/security/shaper_impl.hpp"

#include <algorithm>

namespace longwire::security {

namespace {

Error in_file(Error e, const std::string& path) {
  e.text = path + ": " + (e.text.empty() ? std::string(e.name) : e.text);
  return e;
}

std::optional<Error> add_certificates(const std::vector<FileContent>& files, std::vector<crypto::CertificatePtr>& to) {
  for (const auto& file : files) {
    const auto list = crypto::read_certificates(file.octets);
    if (!list) return in_file(list.error(), file.path);
    to.insert(to.end(), list->begin(), list->end());
  }
  return std::nullopt;
}

std::optional<Error> read_trust(const SecurityConfig& config, crypto::TrustStore& trust) {
  trust.require_crl = config.require_crl;
  trust.accept_weak = config.accept_weak;
  if (auto e = add_certificates(config.trust, trust.anchors)) return e;
  if (auto e = add_certificates(config.intermediates, trust.intermediates)) return e;
  for (const auto& file : config.crls) {
    const auto list = crypto::read_crls(file.octets);
    if (!list) return in_file(list.error(), file.path);
    trust.crls.insert(trust.crls.end(), list->begin(), list->end());
  }
  return std::nullopt;
}

}  // namespace

Shaper::Shaper(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Shaper::Shaper(Shaper&&) noexcept = default;
Shaper& Shaper::operator=(Shaper&&) noexcept = default;
Shaper::~Shaper() = default;

Result<Shaper> Shaper::make(const SecurityConfig& config, store::Store& store, crypto::Random& random) {
  return make(config, store, random, Means{});
}

Result<Shaper> Shaper::make(const SecurityConfig& config, store::Store& store, crypto::Random& random, Means means) {
  auto impl = std::make_unique<Impl>(store, random, std::move(means));
  impl->profiles = config.profiles;
  impl->translators = config.translators;
  impl->legacy = config.legacy;
  impl->accept_weak = config.accept_weak;
  impl->harvest = config.harvest;
  if (auto e = read_trust(config, impl->trust)) return *std::move(e);
  for (const auto& entry : config.keys) {
    const auto certificates = crypto::read_certificates(entry.certificate.octets);
    if (!certificates) return in_file(certificates.error(), entry.certificate.path);
    if (!entry.key.octets) continue;
    auto key = crypto::PrivateKey::read(entry.key.octets->view(), random);
    if (!key) return in_file(key.error(), entry.key.path);
    const auto& own = certificates->front();
    if (!own->key || !(*own->key == key->public_key()))
      return error("key_mismatch", 0, entry.key.path + ": not the key of the certificate " + entry.certificate.path);
    impl->private_keys.push_back(*std::move(key));
    impl->keys.push_back({own, &impl->private_keys.back()});
    impl->chain.insert(impl->chain.end(), certificates->begin() + 1, certificates->end());
  }
  return Shaper(std::move(impl));
}

const Profile* Shaper::profile(std::string_view name) const {
  const auto& list = impl_->profiles;
  const auto at = std::find_if(list.begin(), list.end(), [name](const auto& p) { return p.name == name; });
  return at == list.end() ? nullptr : &*at;
}
CertificateBook& Shaper::book() { return impl_->book; }
const crypto::TrustStore& Shaper::trust() const { return impl_->trust; }
const std::vector<crypto::cms::OwnKey>& Shaper::keys() const { return impl_->keys; }

const crypto::cms::OwnKey* Shaper::Impl::signer_for(std::string_view address, bool prefer_ec) const {
  const auto can_sign = [](const crypto::cms::OwnKey& own) {
    return own.certificate->may_sign() && own.key->type() != crypto::KeyType::dh;
  };
  // The first of one owner, or the first on a curve where octets count.
  const auto choose = [&](auto belongs) {
    const crypto::cms::OwnKey* out = nullptr;
    for (const auto& own : keys) {
      if (!can_sign(own) || !belongs(own)) continue;
      if (!out || (prefer_ec && !crypto::is_ec(out->key->type()) && crypto::is_ec(own.key->type()))) out = &own;
    }
    return out;
  };
  if (!address.empty())
    if (const auto* named = choose([&](const auto& own) { return own.certificate->names(address); })) return named;
  const auto node = std::find_if(keys.begin(), keys.end(), can_sign);
  if (node == keys.end()) return nullptr;
  return choose([&](const auto& own) {
    return own.certificate->subject == node->certificate->subject ||
           (!own.certificate->addresses.empty() && own.certificate->addresses == node->certificate->addresses);
  });
}

const crypto::smime::Compressor* Shaper::Impl::inflater() const {
  return means.compressor.inflate ? &means.compressor : nullptr;
}

crypto::smime::OpenOptions Shaper::Impl::open_options(Time now) const {
  crypto::smime::OpenOptions options;
  options.verify.trust = &trust;
  options.verify.now = now;
  options.verify.accept_weak = accept_weak;
  options.verify.known = book.signers();
  for (const auto& own : keys) options.verify.known.push_back(own.certificate);
  options.decrypt.keys = keys;
  options.decrypt.legacy = legacy;
  options.compressor = inflater();
  return options;
}

}  // namespace longwire::security
