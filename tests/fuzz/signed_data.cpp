// SignedData verified with the test PKI: what is good has the content and the signer that were signed, and nothing
// that was not.
#include "crypto/cms/receipt.hpp"
#include "tests/fuzz/cms_people.hpp"

using namespace longwire;
using namespace longwire::crypto;

namespace {

struct People {
  People() {
    trust.anchors.push_back(fuzz::certificate("ca"));
    for (const auto* name : {"alice-rsa", "alice-p256", "alice-p384", "bob-p256"})
      known.push_back(fuzz::certificate(name));
  }
  TrustStore trust;
  std::vector<CertificatePtr> known;
};

void check(const cms::SignatureVerdict& verdict, const cms::SignedData& data) {
  if (verdict.signers.size() != data.signers.size()) std::abort();
  bool any = false;
  for (const auto& signer : verdict.signers) {
    if (signer.result.empty()) std::abort();
    if (signer.good() && (!signer.certificate || signer.chain.empty())) std::abort();
    any = any || signer.good();
  }
  if (any != verdict.any_good || (verdict.all_good && !any) || (verdict.label && !any)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const People people;
  const ByteView in(data, size);
  const auto decoded = cms::decode_signed_data(in);
  fuzz::check_error(decoded, in);
  if (!decoded) return 0;
  const cms::VerifyOptions options{&people.trust, people.known, from_unix(1'800'000'000)};
  const auto verdict = cms::verify(*decoded, as_bytes("detached"), options);
  check(verdict, *decoded);
  (void)cms::decide_receipt(verdict, {}, "bob@bravo.example");
  if (const auto expected = cms::expect_receipt(in)) (void)cms::check_receipt(*decoded, verdict, *expected);
  (void)cms::decode_signed_data(cms::encode_certs_only(decoded->certificates));
  return 0;
}
