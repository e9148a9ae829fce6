// Who wraps, what is wrapped, and the triple wrap that the tests of layers start from.
#pragma once

#include "tests/unit/smime/setting.hpp"

namespace longwire::crypto::smime::test {

struct People {
  Person alice_rsa{"alice-rsa"}, alice_ec{"alice-p256"}, alice_384{"alice-p384"};
  Person bob_rsa{"bob-rsa"}, bob_ec{"bob-p256"}, bob_384{"bob-p384"}, bob_dh{"bob-dh"};
  Person gateway_rsa{"gateway-rsa"}, gateway_ec{"gateway-p256"};
};
inline const People& people() {
  static const People all;
  return all;
}

inline SecurityLabel secret_label() { return *decode_label(vector_of("labels/der/L08.der")); }
inline SecurityLabel outer_label() { return *decode_label(vector_of("labels/der/L05.der")); }

inline Protection triple(const Person& signer, const Person& recipient, const Person& outer) {
  Protection how;
  how.sign = how.encrypt = how.outer_sign = true;
  how.signers = {signer.signer()};
  how.outer_signers = {outer.signer()};
  how.recipients = {recipient.recipient()};
  how.label = secret_label();
  how.outer_label = outer_label();
  how.now = today;
  return how;
}

inline Bytes mail_entity() { return plain(); }
inline Bytes x400_content() { return vector_of("msg/big.bin"); }

}  // namespace longwire::crypto::smime::test
