#include "crypto/x509/pem.hpp"

#include "base/limits.hpp"
#include "tests/unit/x509/fixtures.hpp"

namespace longwire::crypto {
namespace {

TEST(Pem, ReadsBlocksInTheirOrderWithTextAround) {
  const auto blocks = read_pem(test::file("x509/bundle.pem"));
  ASSERT_TRUE(blocks);
  ASSERT_EQ(blocks->size(), 3U);
  EXPECT_EQ((*blocks)[0].label, "CERTIFICATE");
  EXPECT_EQ((*blocks)[1].label, "PRIVATE KEY");
  EXPECT_EQ((*blocks)[2].octets, test::certificate("sub")->der);  // CRLF
  EXPECT_GT((*blocks)[0].offset, 0U);
}

TEST(Pem, IsReadAsItIsWritten) {
  for (const std::size_t size : {0U, 1U, 2U, 3U, 47U, 48U, 49U, 96U, 1000U}) {
    Bytes octets(size);
    for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(i * 7);
    const auto text = write_pem("CMS", octets);
    const auto again = read_pem(as_bytes(text));
    ASSERT_TRUE(again) << size;
    ASSERT_EQ(again->size(), 1U);
    EXPECT_EQ((*again)[0].octets, octets);
    EXPECT_EQ((*again)[0].label, "CMS");
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
      EXPECT_LE(end - at, 64U);
  }
  // As openssl writes it, line by line.
  const auto file = test::file("cms/pki/alice-rsa.crt");
  EXPECT_EQ(write_pem("CERTIFICATE", test::certificate("cms/pki/alice-rsa.der")->der), as_text(file));
}

TEST(Pem, RefusesDamage) {
  const auto error_of = [](std::string_view text) {
    const auto read = read_pem(as_bytes(text));
    return read ? std::string_view() : read.error().name;
  };
  const std::string begin = "-----BEGIN CMS-----\n";
  const std::string end = "-----END CMS-----\n";
  EXPECT_EQ(error_of(begin + "QUJD\n" + end), "");
  EXPECT_EQ(error_of(begin + "QUJD\n"), "bad_pem");
  EXPECT_EQ(error_of(begin + "QUJD\n-----END CERTIFICATE-----\n"), "bad_pem");
  EXPECT_EQ(error_of(begin + "QU!JD\n" + end), "bad_pem");
  EXPECT_EQ(error_of(begin + "QUJ\n" + end), "bad_pem");
  EXPECT_EQ(error_of(begin + "QUI=QUJD\n" + end), "bad_pem");
  EXPECT_EQ(error_of(begin + "Proc-Type: 4,ENCRYPTED\n\nQUJD\n" + end), "bad_pem");
  EXPECT_EQ(error_of("-----BEGIN CMS\nQUJD\n" + end), "bad_pem");
  EXPECT_EQ(error_of("-----BEGIN CMS-----"), "bad_pem");
  EXPECT_EQ(error_of("no block at all"), "");
  EXPECT_EQ(error_of("not at the start of a line -----BEGIN CMS-----\n"), "");
  std::string many;
  for (std::size_t i = 0; i < limits::certificates_of_file; ++i) many += begin + end;
  EXPECT_EQ(error_of(many), "");
  EXPECT_EQ(error_of(many + begin + end), "too_many_blocks");
}

}  // namespace
}  // namespace longwire::crypto
