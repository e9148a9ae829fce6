// What the tests of layers share: options, the compressor, and names for failures.
#pragma once

#include "annexe/inflate.hpp"
#include "crypto/smime/layers.hpp"
#include "tests/unit/cms/people.hpp"

namespace longwire::crypto::smime::test {

using cms::test::Person;
using cms::test::plain;
using cms::test::SeededRandom;
using cms::test::today;
using cms::test::vector_of;

inline const Compressor& zlib() {
  static const Compressor it{annexe::deflate_zlib, annexe::inflate_zlib};
  return it;
}

// Who opens: the test CA is trusted, the keys of these people are ours.
struct Reader {
  explicit Reader(std::vector<const Person*> people = {}) : trust(cms::test::trust()) {
    options.verify.trust = &trust;
    options.verify.now = today;
    options.compressor = &zlib();
    for (const auto* person : people) {
      options.decrypt.keys.push_back(person->own());
      options.verify.known.push_back(person->certificate);
    }
  }
  Reader(const Reader&) = delete;
  Result<Unwrapped> entity(ByteView octets) { return unwrap_entity(octets, options, random); }
  Result<Unwrapped> content(ByteView octets) { return unwrap_content(octets, options, random); }

  TrustStore trust;
  OpenOptions options;
  SeededRandom random;
};

// "S:alice@alpha.example E:bob@bravo.example" from the outside in; bad signatures with their reason.
inline std::string shape(const Unwrapped& found) {
  std::string out;
  const auto name = [](const CertificatePtr& c) {
    return !c ? std::string("?") : c->addresses.empty() ? c->subject_text() : c->addresses.front();
  };
  for (const auto& layer : found.layers) {
    out += out.empty() ? "" : " ";
    switch (layer.kind) {
      case Layer::Kind::signature:
        out += "S";
        for (const auto& signer : layer.verdict.signers)
          out += ":" + name(signer.certificate) + (signer.good() ? "" : "!" + std::string(signer.result));
        break;
      case Layer::Kind::encryption:
        out += layer.opened ? "E:" + name(layer.by) : "E!" + std::string(layer.problem);
        break;
      case Layer::Kind::compression:
        out += "C";
        break;
    }
  }
  return out + (found.complete ? "" : " ...");
}

}  // namespace longwire::crypto::smime::test
