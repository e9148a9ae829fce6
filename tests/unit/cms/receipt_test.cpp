// Signed receipts (RFC 2634 2), from the request to the check of the answer.
#include "crypto/cms/receipt.hpp"
#include "tests/unit/cms/people.hpp"

#include <gmock/gmock.h>

namespace longwire::crypto::cms::test {

namespace {

using ::testing::ElementsAre;

class Receipts : public ::testing::Test {
 protected:
  Receipts() { original_ = ask({{1, 2, 3}, 0, {}, {"alice@alpha.example"}}); }

  Bytes ask(const ReceiptRequest& request) {
    auto spec = alice_.signer();
    spec.attributes = {{std::string(oid::receipt_request), {write_receipt_request(request)}}};
    SignOptions options;
    options.now = today;
    return *sign(plain(), {spec}, options, random_);
  }
  SignatureVerdict check(const Bytes& signed_data) const {
    return verify(*decode_signed_data(signed_data), std::nullopt, {&store_, {}, today});
  }
  ReceiptDecision decide(const ReceiptRequest& request, const std::vector<ExpansionElement>& history = {}) {
    return decide_receipt(check(ask(request)), history, "Bob@Bravo.example");
  }
  SignedData answer() {
    const auto made = make_receipt(check(original_).signers[0], oid::data, bob_.signer(), today, random_);
    EXPECT_TRUE(made);
    return signed_in(*made);
  }
  std::string_view judge(const SignedData& receipt) const {
    return check_receipt(receipt, verify(receipt, std::nullopt, {&store_, {}, today}), *expect_receipt(original_));
  }

  Person alice_{"alice-rsa"}, bob_{"bob-p256"};
  SeededRandom random_;
  TrustStore store_ = trust();
  Bytes original_;
};

TEST_F(Receipts, AnsweredAndRecognized) {
  const auto receipt = answer();
  EXPECT_EQ(receipt.content_type, oid::receipt);
  EXPECT_TRUE(receipt.signers[0].signed_attributes->has(oid::signing_time));
  EXPECT_FALSE(receipt.signers[0].signed_attributes->has(oid::receipt_request));
  const auto decoded = decode_receipt(*receipt.content);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->content_type, oid::data);
  EXPECT_EQ(decoded->identifier, (Bytes{1, 2, 3}));
  EXPECT_EQ(encode_receipt(*decoded), *receipt.content);
  EXPECT_EQ(judge(receipt), "good");
}

TEST_F(Receipts, OfOtherMessagesAreUnknown) {
  const auto receipt = answer();
  original_ = ask({{1, 2, 4}, 0, {}, {"alice@alpha.example"}});
  EXPECT_EQ(judge(receipt), "unknown");
}

TEST_F(Receipts, WithAnotherDigestOrSignatureAreNotGood) {
  auto receipt = answer();
  auto expected = *expect_receipt(original_);
  const auto verdict = verify(receipt, std::nullopt, {&store_, {}, today});
  expected.signed_attributes_digest[0] ^= 1;
  EXPECT_EQ(check_receipt(receipt, verdict, expected), "bad_digest");
  receipt.signers[0].signature[10] ^= 1;
  EXPECT_EQ(judge(receipt), "bad_signature");
  receipt.signers.clear();
  EXPECT_EQ(judge(receipt), "no_signer");
}

TEST_F(Receipts, WhoAnswers) {
  const std::vector<std::string> to{"alice@alpha.example"};
  EXPECT_TRUE(decide({{1}, 0, {}, to}).send);
  EXPECT_THAT(decide({{1}, 0, {}, to}).to, ElementsAre("alice@alpha.example"));
  EXPECT_TRUE(decide({{1}, 1, {}, to}).send);
  EXPECT_TRUE(decide({{1}, {}, {"bob@bravo.example"}, to}).send);
  EXPECT_EQ(decide({{1}, {}, {"eve@bravo.example"}, to}).reason, "not_asked");
  EXPECT_FALSE(decide_receipt(SignatureVerdict(), {}, "bob@bravo.example").send);
  auto bad = check(original_);
  bad.signers[0].result = "expired";
  bad.any_good = false;
  EXPECT_EQ(decide_receipt(bad, {}, "bob@bravo.example").reason, "unverified");
  auto differ = check(original_);
  differ.signers.push_back(differ.signers[0]);
  differ.signers[1].receipt_request->identifier = {9};
  EXPECT_EQ(decide_receipt(differ, {}, "bob@bravo.example").reason, "requests_differ");
  const auto unasked = signed_in(vector_of("openssl/s01-signed-rsa-sha256.der"));
  EXPECT_EQ(decide_receipt(verify(unasked, std::nullopt, {&store_, {}, today}), {}, "bob@bravo.example").reason,
            "no_request");
}

TEST_F(Receipts, PoliciesOfLists) {
  const ReceiptRequest all{{1}, 0, {}, {"alice@alpha.example"}};
  ExpansionElement list;
  list.list_id = write_octets({{1}});
  list.receipts_to = {"owner@lists.example"};
  const auto with = [&](std::optional<int> policy) {
    list.policy = policy;
    return std::vector<ExpansionElement>{list};
  };
  EXPECT_EQ(decide(all, with(0)).reason, "list_wants_none");
  EXPECT_THAT(decide(all, with(1)).to, ElementsAre("owner@lists.example"));
  EXPECT_THAT(decide(all, with(2)).to, ElementsAre("alice@alpha.example", "owner@lists.example"));
  EXPECT_THAT(decide(all, with({})).to, ElementsAre("alice@alpha.example"));
  EXPECT_EQ(decide({{1}, 1, {}, {"alice@alpha.example"}}, with({})).reason, "not_first_tier");
}

TEST_F(Receipts, NothingIsExpectedWithoutARequest) {
  const auto info = decode_content_info(vector_of("openssl/s01-signed-rsa-sha256.der"));
  EXPECT_EQ(expect_receipt(info->content).error().name, "no_request");
  EXPECT_EQ(make_receipt(SignerVerdict(), oid::data, bob_.signer(), today, random_).error().name, "no_request");
}

TEST(Receipt, RefusesWhatIsNone) {
  const Receipt receipt{std::string(oid::data), {1}, {2}};
  auto octets = encode_receipt(receipt);
  EXPECT_EQ(*decode_receipt(octets), receipt);
  octets[4] = 2;
  EXPECT_EQ(decode_receipt(octets).error().name, "unsupported_version");
  octets[4] = 1;
  octets.push_back(0);
  EXPECT_EQ(decode_receipt(octets).error().name, "trailing_octets");
}

}  // namespace

}  // namespace longwire::crypto::cms::test
