// Octets that protection adds to a message of 1 kB: signature, envelope and triple wrap, full and compact profile,
// beside what the openssl command makes of the same. Ours are the same at every run; an ECDSA signature of openssl
// takes 70 to 72 octets, so its figures are the largest of eight runs.
//   bench_security VECTORS      VECTORS: tests/vectors/cms of the source tree
// Ends 1 when openssl cannot read a compact triple wrap layer by layer.
#include "annexe/inflate.hpp"
#include "crypto/cms/content_info.hpp"
#include "crypto/smime/layers.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using namespace longwire;
using namespace longwire::crypto;

constexpr std::size_t message_octets = 1024;
const Time noon = from_unix(1'795'000'000);
std::string vectors;

Bytes read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}
void write_file(const std::string& name, ByteView octets) {
  std::ofstream file(name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
}

// Text as it is written on duty; nothing in it is repeated for the compressor's sake.
Bytes text_message() {
  std::string out =
      "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
      "SITUATION REPORT AS OF 211800Z NOV\r\n\r\n"
      "1. Own forces. The convoy passed the northern boom at 1412 and is now 38 nautical miles west of the light. "
      "Speed of advance is 11 knots because the tanker runs on one shaft. Fuel state of the escorts is between 61 and "
      "78 percent; the helicopter is unserviceable until a gearbox seal has been replaced, probably tomorrow noon.\r\n"
      "2. Weather. Wind south-west 7, gusting 9, sea state 5, visibility below two miles in showers. The barometer has "
      "fallen nine millibars since morning. Satellite pass at 1620 was lost to rain; HF on 6.3 megahertz is "
      "workable.\r\n"
      "3. Contacts. Two fishing vessels, identified by lights and by voice. One unidentified air track crossed from "
      "east to west at 1533 above 20000 feet and did not answer on guard.\r\n"
      "4. Intentions. Rendezvous with the replenishment group at first light, then course 285. Request the forecast "
      "for "
      "the strait and an answer about the spare seal before 0400. No casualties. Next report at midnight.\r\n";
  out.resize(message_octets, '.');
  return to_bytes(out);
}
Bytes noise_message() {  // what no compressor shortens
  Drbg chance(as_bytes("noise"));
  auto out = to_bytes("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n");
  const auto noise = random_octets(chance, message_octets - out.size());
  out.insert(out.end(), noise.begin(), noise.end());
  return out;
}

struct Person {
  explicit Person(const std::string& person)
      : name(person),
        certificate(*read_certificate(read_file(vectors + "/pki/" + person + ".der"))),
        key(load(person)) {}
  static PrivateKey load(const std::string& person) {
    Drbg chance(as_bytes("blinding"));
    return *PrivateKey::read(read_file(vectors + "/pki/" + person + ".key"), chance);
  }
  std::string name;
  CertificatePtr certificate;
  PrivateKey key;
};

struct Operation {
  const char* name;
  bool sign, encrypt, outer_sign;
};
constexpr Operation operations[] = {{"signature", true, false, false},
                                    {"envelope", false, true, false},
                                    {"signed, enveloped", true, true, false},
                                    {"triple wrap", true, true, true}};

Bytes ours(ByteView message, const Operation& operation, const Person& alice, const Person& bob, bool compact,
           bool compress) {
  static const smime::Compressor zlib{annexe::deflate_zlib, annexe::inflate_zlib};
  Drbg chance(as_bytes("bench"));
  smime::Protection how;
  how.sign = operation.sign;
  how.encrypt = operation.encrypt;
  how.outer_sign = operation.outer_sign;
  how.compact = compact;
  how.form = compact ? smime::Form::bare : smime::Form::mime;
  how.compress = compress;
  how.compressor = &zlib;
  cms::SignerSpec signer;
  signer.certificate = alice.certificate;
  signer.key = &alice.key;
  how.signers = how.outer_signers = {signer};
  cms::RecipientSpec recipient;
  recipient.certificate = bob.certificate;
  how.recipients = {recipient};
  how.now = noon;
  auto made = smime::protect_entity(message, how, chance);
  if (!made) {
    std::fprintf(stderr, "bench_security: %s\n", std::string(made.error().name).c_str());
    std::exit(1);
  }
  return *std::move(made);
}

// One folder for the files of openssl.
class Openssl {
 public:
  Openssl() : folder_(std::filesystem::temp_directory_path() / "bench_security") {
    std::filesystem::create_directories(folder_);
  }
  ~Openssl() { std::filesystem::remove_all(folder_); }
  Openssl(const Openssl&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  bool run(const std::string& arguments) const {
    return std::system(("openssl cms " + arguments + " 2>/dev/null").c_str()) == 0;
  }
  static std::string of(const Person& person) {
    return " " + vectors + "/pki/" + person.name + ".crt -inkey " + vectors + "/pki/" + person.name + ".key ";
  }

  // lean: key identifiers, no certificates, DER; else as the command does it when nothing is said.
  std::size_t size(ByteView message, const Operation& operation, const Person& alice, const Person& bob,
                   bool lean) const {
    std::size_t largest = 0;
    for (int turn = 0; turn < 8; ++turn) {
      auto current = path("message");
      write_file(current, message);
      const std::string form = lean ? " -binary -outform DER -keyid" : " -binary";
      const std::string sign =
          "-sign -nodetach" + form + (lean ? " -nocerts -nosmimecap" : "") + " -signer" + of(alice);
      const std::string encrypt = "-encrypt -aes128" + form + " -recip " + vectors + "/pki/" + bob.name + ".crt" +
                                  (bob.key.type() == KeyType::rsa ? "" : " -keyopt ecdh_kdf_md:sha256");
      const auto step = [&](bool wanted, const std::string& command, const std::string& to) {
        if (!wanted) return;
        if (!run(command + " -in " + current + " -out " + path(to)))
          std::exit((std::fputs("openssl failed\n", stderr), 1));
        current = path(to);
      };
      step(operation.sign, sign, "1");
      // The certificate of -encrypt goes last on the command line unless -recip takes it.
      step(operation.encrypt, encrypt, "2");
      step(operation.outer_sign, sign, "3");
      largest = std::max(largest, static_cast<std::size_t>(std::filesystem::file_size(current)));
    }
    return largest;
  }

  // The bare layers of a compact triple wrap, each put into a ContentInfo as openssl wants it.
  bool reads(ByteView entity, const Person& alice, const Person& bob, ByteView message) const {
    const auto ca = " -CAfile " + vectors + "/pki/ca.crt -certfile " + vectors + "/pki/" + alice.name + ".crt";
    const auto found = smime::find(entity);
    if (!found) return false;
    write_file(path("outer"), found->cms);
    if (!run("-verify -binary -inform DER -in " + path("outer") + ca + " -out " + path("outer.content"))) return false;
    write_file(path("envelope"), cms::encode_content_info(oid::enveloped_data, read_file(path("outer.content"))));
    if (!run("-decrypt -binary -inform DER -in " + path("envelope") + " -recip" + of(bob) + "-out " +
             path("envelope.content")))
      return false;
    write_file(path("inner"), cms::encode_content_info(oid::signed_data, read_file(path("envelope.content"))));
    if (!run("-verify -binary -inform DER -in " + path("inner") + ca + " -out " + path("inner.content"))) return false;
    const auto content = read_file(path("inner.content"));
    const smime::Compressor zlib{annexe::deflate_zlib, annexe::inflate_zlib};
    // Not every openssl is built with zlib: what it verified is inflated here.
    const auto inflated = smime::decode_compressed_data(content, zlib);
    return (inflated ? inflated->content : content) == Bytes(message.begin(), message.end());
  }

 private:
  std::filesystem::path folder_;
};

long added(std::size_t octets) { return static_cast<long>(octets) - static_cast<long>(message_octets); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: bench_security tests/vectors/cms\n", stderr);
    return 2;
  }
  vectors = argv[1];
  const Openssl openssl;
  const auto text = text_message();
  const auto noise = noise_message();
  std::printf("octets added to a message of %zu octets, one recipient\n\n", message_octets);
  std::printf("%-10s %-18s %9s %9s %11s %11s %9s %9s\n", "keys", "", "full", "compact", "compact,", "compact,",
              "openssl", "openssl");
  std::printf("%-10s %-18s %9s %9s %11s %11s %9s %9s\n", "", "", "", "", "text+zlib", "noise+zlib", "full", "lean");
  bool read = true;
  for (const auto& [keys, suffix] : {std::pair("RSA-2048", "-rsa"), {"P-256", "-p256"}}) {
    const Person alice(std::string("alice") + suffix), bob(std::string("bob") + suffix);
    for (const auto& operation : operations)
      std::printf("%-10s %-18s %9ld %9ld %11ld %11ld %9ld %9ld\n", keys, operation.name,
                  added(ours(text, operation, alice, bob, false, false).size()),
                  added(ours(text, operation, alice, bob, true, false).size()),
                  added(ours(text, operation, alice, bob, true, true).size()),
                  added(ours(noise, operation, alice, bob, true, true).size()),
                  added(openssl.size(text, operation, alice, bob, false)),
                  added(openssl.size(text, operation, alice, bob, true)));
    const auto& triple = operations[3];
    for (const bool compress : {false, true}) {
      const bool good = openssl.reads(ours(text, triple, alice, bob, true, compress), alice, bob, text);
      std::printf("%-10s openssl reads the compact triple wrap%s layer by layer: %s\n", keys,
                  compress ? " of compressed text" : "", good ? "yes" : "NO");
      read = read && good;
    }
  }
  return read ? 0 : 1;
}
