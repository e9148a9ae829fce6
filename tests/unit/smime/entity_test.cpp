#include "crypto/smime/entity.hpp"

#include "base/base64.hpp"
#include "mail/base64.hpp"
#include "tests/unit/vectors.hpp"

#include <gtest/gtest.h>

namespace longwire::crypto::smime {
namespace {

using test::read_vector;

std::string text_of(ByteView octets) { return std::string(as_text(octets)); }

TEST(FindEntity, MultipartSignedGivesTheFirstPartAsSigned) {
  const auto found = find(read_vector("cms/openssl/s07-multipart-signed.eml"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, Kind::signed_multipart);
  // The file has LF line ends, as OpenSSL writes them on Unix; the octets are given as they stand.
  EXPECT_EQ(text_of(with_crlf(found->detached)), text_of(read_vector("cms/msg/plain.txt")));
  EXPECT_EQ(found->cms.size(), 0x60e + 4U);
}

TEST(FindEntity, EmptyHeaderBlockOfTheSignedPartIsPartOfIt) {  // RFC 4134 4.8
  const auto found = find(read_vector("cms/rfc4134/4.8.eml"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, Kind::signed_multipart);
  EXPECT_EQ(text_of(with_crlf(found->detached)), "\r\nThis is some sample content.");
}

TEST(FindEntity, KindsOfTheVectors) {
  const std::pair<const char*, Kind> rows[] = {
      {"cms/openssl/m02-enveloped.eml", Kind::enveloped},
      {"cms/openssl/m03-signed-then-enveloped.eml", Kind::enveloped},
      {"cms/bc/t03-triple-mime.eml", Kind::signed_opaque},
      {"cms/rfc4134/4.9.eml", Kind::signed_opaque},
      {"cms/rfc4134/5.3.eml", Kind::enveloped},
      {"cms/msg/plain.txt", Kind::none},
      {"cms/msg/empty.bin", Kind::none},
  };
  for (const auto& [name, kind] : rows) {
    const auto found = find(read_vector(name));
    ASSERT_TRUE(found) << name << " " << found.error().name;
    EXPECT_EQ(to_string(found->kind), to_string(kind)) << name;
  }
}

TEST(FindEntity, TheContentInfoDecidesNotTheSmimeType) {
  const std::pair<const char*, Kind> rows[] = {{"cms/openssl/s01-signed-rsa-sha256.der", Kind::signed_opaque},
                                               {"cms/openssl/e01-rsa-aes128cbc.der", Kind::enveloped},
                                               {"cms/openssl/a01-rsa-aes128gcm.der", Kind::auth_enveloped},
                                               {"cms/openssl/e05-rsa-aes128cbc-ber-indefinite.der", Kind::enveloped},
                                               {"cms/rfc4134/4.11.bin", Kind::certs_only}};
  for (const auto& [name, kind] : rows) {
    const auto der = read_vector(name);
    for (const auto transfer : {Transfer::base64, Transfer::binary}) {
      const auto found = find(pack_opaque(der, "certs-only", transfer));
      ASSERT_TRUE(found) << name;
      EXPECT_EQ(to_string(found->kind), to_string(kind)) << name;
      EXPECT_EQ(found->cms, der) << name;
      EXPECT_EQ(found->smime_type, "certs-only");
    }
  }
}

Bytes entity(std::string_view header, std::string_view body) {
  return to_bytes(std::string(header) + "\r\n\r\n" + std::string(body));
}

TEST(FindEntity, OldNamesAndOctetStreamsByName) {
  const auto der = read_vector("cms/openssl/e01-rsa-aes128cbc.der");
  const auto base64 = base64_encode(der, 76);
  const auto kind = [&base64](std::string_view header) {
    const auto found = find(entity(std::string(header) + "\r\nContent-Transfer-Encoding: BASE64", base64));
    return found ? found->kind : Kind::none;
  };
  EXPECT_EQ(kind("Content-Type: application/x-pkcs7-mime"), Kind::enveloped);
  EXPECT_EQ(kind("Content-Type: application/octet-stream; name=\"a.P7M\""), Kind::enveloped);
  EXPECT_EQ(kind("Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=smime.p7m"),
            Kind::enveloped);
  EXPECT_EQ(kind("Content-Type: application/octet-stream; name=letter.doc"), Kind::none);
  EXPECT_EQ(kind("Content-Type: text/plain; name=smime.p7m"), Kind::none);
  // By name only and no CMS inside: some other file.
  const auto other = find(entity("Content-Type: application/octet-stream; name=x.p7m", "hello"));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->kind, Kind::none);
}

TEST(FindEntity, TransferEncodings) {
  const auto der = read_vector("cms/openssl/k07-ecdh-p256-rkeyid.der");
  const std::string type = "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: ";
  const auto read = [&](std::string_view encoding, std::string_view body) -> Bytes {
    const auto found = find(entity(type + std::string(encoding), body));
    return found ? found->cms : Bytes{};
  };
  EXPECT_EQ(read("base64", base64_encode(der)), der);  // one line of any length
  EXPECT_EQ(read("quoted-printable", mail::quoted_printable_encode(der, false)), der);
  EXPECT_EQ(read("binary", as_text(der)), der);
  EXPECT_EQ(read("binary", std::string(as_text(der)) + "\r\n"), der);  // a transport ended the line
  EXPECT_EQ(read("8bit", as_text(der)), der);
}

TEST(FindEntity, BrokenOnesAreNamed) {
  const auto der = read_vector("cms/openssl/e01-rsa-aes128cbc.der");
  const auto name_of = [](const Bytes& octets) { return std::string(find(octets).error().name); };
  const std::string type = "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64";
  ASSERT_FALSE(find(entity(type, "")));
  EXPECT_EQ(name_of(entity(type, "")), "bad_smime");
  auto longer = der;
  longer.push_back(7);
  EXPECT_EQ(name_of(entity(type, base64_encode(longer))), "bad_smime");
  EXPECT_EQ(name_of(entity(type, base64_encode(ByteView(der).first(der.size() - 1)))), "truncated");
  EXPECT_EQ(name_of(entity(type, base64_encode(read_vector("cms/rfc4134/3.2.bin")))), "bad_smime");  // id-data
  EXPECT_EQ(name_of(entity(type, base64_encode(read_vector("cms/pki/bob-rsa.der")))), "bad_smime");
  // multipart/signed: one part, three parts, cut off, something else in the second
  const std::string multipart =
      "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=b";
  const std::string signature =
      "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
      base64_encode(read_vector("cms/openssl/s06-detached-rsa.der"), 76);
  EXPECT_TRUE(find(entity(multipart, "--b\r\n\r\nx\r\n--b\r\n" + signature + "--b--\r\n")));
  EXPECT_EQ(name_of(entity(multipart, "--b\r\n\r\nx\r\n--b--\r\n")), "bad_smime");
  EXPECT_EQ(name_of(entity(multipart, "--b\r\n\r\nx\r\n--b\r\n" + signature + "--b\r\n\r\n--b--\r\n")), "bad_smime");
  EXPECT_EQ(name_of(entity(multipart, "--b\r\n\r\nx\r\n--b\r\n" + signature)), "bad_smime");
  EXPECT_EQ(name_of(entity(multipart, "--b\r\n\r\nx\r\n--b\r\n\r\nno signature\r\n--b--\r\n")), "truncated");
}

TEST(FindEntity, OtherSignedMultipartsAreNotOurs) {
  const auto found = find(entity("Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b",
                                 "--b\r\n\r\nx\r\n--b\r\n\r\nsig\r\n--b--\r\n"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, Kind::none);
}

TEST(PackEntity, MultipartIsReadBackOctetForOctet) {
  const auto content = read_vector("cms/msg/plain.txt");
  const auto signature = read_vector("cms/openssl/s06-detached-rsa.der");
  const auto packed = pack_multipart(content, signature, "sha-256", "=_x");
  ASSERT_TRUE(packed);
  const auto found = find(*packed);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->detached, content);
  EXPECT_EQ(found->cms, signature);
}

TEST(PackEntity, MultipartRefusesWhatATransportWouldChange) {
  const auto signature = read_vector("cms/openssl/s06-detached-rsa.der");
  EXPECT_EQ(pack_multipart(read_vector("cms/msg/utf8.txt"), signature, "sha-256", "b").error().name, "not_seven_bit");
  EXPECT_EQ(pack_multipart(to_bytes("\r\nbare\nline"), signature, "sha-256", "b").error().name, "not_seven_bit");
  EXPECT_EQ(pack_multipart(to_bytes("\r\nx\r\n--b\r\n"), signature, "sha-256", "b").error().name, "bad_boundary");
}

constexpr std::string_view mail_text =
    "Received: from a\r\n\tby b\r\nFrom: alice@alpha.example\r\nContent-Type: text/plain;\r\n charset=utf-8\r\n"
    "Subject: x\r\nMIME-Version: 1.0\r\ncontent-transfer-encoding: 7bit\r\n\r\nBody\r\n";

TEST(SplitMessage, TakesTheContentFieldsAndTheBody) {
  const auto split = split_message(as_bytes(mail_text));
  EXPECT_EQ(split.outer_fields, "Received: from a\r\n\tby b\r\nFrom: alice@alpha.example\r\nSubject: x\r\n");
  EXPECT_EQ(as_text(split.entity),
            "Content-Type: text/plain;\r\n charset=utf-8\r\ncontent-transfer-encoding: 7bit\r\n\r\nBody\r\n");
  const auto joined = join_message(split.outer_fields, split.entity);
  EXPECT_EQ(as_text(split_message(joined).entity), as_text(split.entity));
  EXPECT_EQ(split_message(joined).outer_fields, split.outer_fields);
}

TEST(SplitMessage, WithoutHeaderOrBody) {
  EXPECT_EQ(as_text(split_message(as_bytes("Subject: x\r\n\r\nhello")).entity), "\r\nhello");
  EXPECT_EQ(as_text(split_message({}).entity), "\r\n");
}

TEST(JoinMessage, FieldsInsideDoNotPassForFieldsOfTheMessage) {
  const auto joined = join_message("From: alice@alpha.example\r\n",
                                   as_bytes("From: boss@alpha.example\r\nContent-Type: text/plain\r\n\r\nx\r\n"));
  EXPECT_EQ(as_text(joined), "From: alice@alpha.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx\r\n");
}

TEST(WrapMessage, ComesBackOctetForOctet) {
  const auto wrapped = wrap_message(as_bytes(mail_text));
  EXPECT_EQ(unwrap_message(wrapped), to_bytes(mail_text));
  EXPECT_FALSE(unwrap_message(as_bytes(mail_text)));
  const auto eight = read_vector("cms/msg/utf8.txt");
  EXPECT_EQ(unwrap_message(wrap_message(eight)), eight);
}

TEST(Canonical, LineEndsOfTextBecomeCrlf) {
  EXPECT_EQ(as_text(canonical(as_bytes("Content-Type: text/plain\n\na\r\nb\n"), false)),
            "Content-Type: text/plain\r\n\r\na\r\nb\r\n");
}

TEST(Canonical, BinaryStaysWhatItIs) {
  const std::string binary = "Content-Type: application/x\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb\xff\r";
  EXPECT_EQ(as_text(canonical(as_bytes(binary), false)), binary);
  const auto coded = text_of(canonical(as_bytes(binary), true));
  EXPECT_EQ(coded, "Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\nYQpi/w0=\r\n");
}

TEST(Canonical, SevenBitReachesIntoMultiparts) {
  const std::string in =
      "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
      "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nContent-ID: <1>\r\n\r\n"
      "gr\xc3\xbc\xc3\x9f\r\n--b\r\nContent-Type: application/x\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xff\r\n"
      "--b--\r\n";
  EXPECT_EQ(text_of(canonical(as_bytes(in), true)),
            "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
            "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-ID: <1>\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            "gr=C3=BC=C3=9F\r\n--b\r\nContent-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n/w==\r\n"
            "--b--\r\n");
  EXPECT_EQ(text_of(canonical(as_bytes(in), false)), in);
}

TEST(Canonical, WhatOldGatewaysChangeIsEncoded) {  // RFC 8551 3.1.3
  EXPECT_EQ(text_of(canonical(as_bytes("\r\nFrom here \r\n"), true)),
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n=46rom here=20\r\n");
  EXPECT_EQ(text_of(canonical(as_bytes("\r\nFrom here \r\n"), false)), "\r\nFrom here \r\n");
}

TEST(Canonical, SignedPartsAreNotTouched) {
  const auto in = to_bytes(
      "Content-Type: multipart/signed; boundary=b; protocol=\"application/pkcs7-signature\"\r\n\r\n"
      "--b\r\n\r\n\xff\n\r\n--b\r\n\r\nx\r\n--b--\r\n");
  EXPECT_EQ(canonical(in, true), in);
}

TEST(TransferAs, ChangesTheOuterEncodingOnly) {
  const auto message = read_vector("cms/openssl/m02-enveloped.eml");
  const auto binary = transfer_as(message, Transfer::binary);
  EXPECT_LT(binary.size(), message.size());
  EXPECT_EQ(find(binary)->cms, find(message)->cms);
  EXPECT_EQ(find(transfer_as(binary, Transfer::base64))->cms, find(message)->cms);
  EXPECT_TRUE(as_text(binary).find("Subject: m02 enveloped mail\n") != std::string_view::npos);
  EXPECT_EQ(transfer_as(as_bytes(mail_text), Transfer::binary), to_bytes(mail_text));
}

}  // namespace
}  // namespace longwire::crypto::smime
