// longwire cert import|list|show|remove
#include "base/base64.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "crypto/x509/certificate.hpp"
#include "node/main/ask.hpp"
#include "node/main/exit_code.hpp"
#include "node/main/pretty.hpp"
#include "node/main/table.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

namespace longwire::commands {

namespace json = boost::json;

namespace {

std::string words_of(const json::object& object, std::string_view key) {
  std::string out;
  for (const auto& word : array_of(object, key))
    if (word.is_string()) out += (out.empty() ? "" : ", ") + printable(word.as_string());
  return out;
}

std::string key_of(const json::object& entry) {
  const auto* key = entry.if_contains("key");
  if (key == nullptr || !key->is_object()) return "?";
  const auto type = text_of(key->as_object(), "type");
  return type == "rsa" || type == "dh" ? type + " " + text_of(key->as_object(), "bits") : type;
}

bool flag_of(const json::object& entry, std::string_view key) {
  const auto* value = entry.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

std::string source_of(const json::object& entry) {
  return text_of(entry, "source") + (flag_of(entry, "forced") ? ", forced" : "");
}

std::string trust_of(const json::object& entry) {
  const auto text = text_of(entry, "trust_text");
  return text_of(entry, "trust") + (text.empty() ? "" : ": " + text);
}

// "2a16f1..." as the list shows it: enough to name it to show and remove.
std::string short_fingerprint(const json::object& entry) { return text_of(entry, "fingerprint").substr(0, 16); }

void print_list(const json::object& answer) {
  const auto& list = array_of(answer, "certificates");
  Table table({"ADDRESS", "KEY", "FOR", "UNTIL", "SOURCE", "TRUST", "FINGERPRINT"});
  for (const auto& item : list) {
    const auto& entry = item.as_object();
    const auto address = text_of(entry, "address");
    table.add({address.empty() ? text_of(entry, "subject") : address, key_of(entry), words_of(entry, "can"),
               text_of(entry, "not_after").substr(0, 10), source_of(entry), text_of(entry, "trust"),
               short_fingerprint(entry)});
  }
  if (table.empty()) std::cout << "no certificates\n";
  else table.print(std::cout);
  const auto* total = answer.if_contains("total");
  if (total != nullptr && total->is_number() && total->to_number<std::size_t>() > list.size())
    std::cout << list.size() << " of " << *total << "\n";
}

void print_entry(const json::object& entry) {
  const auto line = [](std::string_view name, const std::string& value) {
    if (!value.empty()) std::cout << name << std::string(14 - name.size(), ' ') << value << "\n";
  };
  line("Address", text_of(entry, "address"));
  line("Subject", text_of(entry, "subject"));
  line("Issuer", text_of(entry, "issuer"));
  line("Serial", text_of(entry, "serial"));
  line("Valid", text_of(entry, "not_before") + " to " + text_of(entry, "not_after"));
  line("Key", key_of(entry));
  line("Usage", words_of(entry, "usage"));
  line("Extended usage", words_of(entry, "extended_usage"));
  line("Addresses", words_of(entry, "addresses"));
  line("Clearances", words_of(entry, "clearances"));
  line("Fingerprint", text_of(entry, "fingerprint"));
  line("Source", source_of(entry));
  line("Seen", text_of(entry, "first_seen") + " to " + text_of(entry, "last_seen"));
  line("Signed mail", text_of(entry, "signing_time"));
  line("Takes", words_of(entry, "capabilities"));
  line("Preferred", flag_of(entry, "preferred") ? "its owner asked to be written to with it" : "");
  line("Trust", trust_of(entry));
}

void print_entries(const json::object& answer) {
  bool first = true;
  for (const auto& item : array_of(answer, "certificates")) {
    if (!first) std::cout << "\n";
    print_entry(item.as_object());
    first = false;
  }
}

void print_imported(const json::object& answer) {
  for (const auto& item : array_of(answer, "imported")) {
    const auto& entry = item.as_object();
    std::cout << "Imported for " << text_of(entry, "address") << ": " << text_of(entry, "subject") << " ("
              << key_of(entry) << ", until " << text_of(entry, "not_after").substr(0, 10) << ")"
              << (flag_of(entry, "forced") ? ", by force" : "") << "\n";
  }
  for (const auto& item : array_of(answer, "skipped")) {
    const auto& entry = item.as_object();
    std::cout << "Passed over: " << text_of(entry, "subject") << ": " << text_of(entry, "text") << "\n";
  }
}

// The certificates of a file, or the exit code when there are none; said why.
struct FileRead {
  json::array certificates;
  int code = exit_yes;
};
FileRead read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << "longwire: cannot read " << path << "\n";
    return {{}, exit_usage};
  }
  const Bytes octets{std::istreambuf_iterator<char>(file), {}};
  const auto certificates = crypto::read_certificates(octets);
  if (!certificates) {
    const auto& e = certificates.error();
    std::cerr << "longwire: " << path << ": " << e.name << " at octet " << e.offset
              << (e.text.empty() ? "" : ": " + e.text) << "\n";
    return {{}, exit_no};
  }
  FileRead out;
  for (const auto& certificate : *certificates) out.certificates.emplace_back(base64_encode(certificate->der));
  return out;
}

int import(const AskOptions& options, const CertOptions& what) {
  auto file = read_file(what.file);
  if (file.code != exit_yes) return file.code;
  json::object request{{"command", "cert"},
                       {"action", "import"},
                       {"certificates", std::move(file.certificates)},
                       {"addresses", json::array(what.addresses.begin(), what.addresses.end())},
                       {"force", what.force}};
  if (json::serialize(request).size() >= limits::control_line) {
    std::cerr << "longwire: " << what.file
              << ": more certificates than the daemon takes at once; import them in parts\n";
    return exit_no;
  }
  return ask(options, request, print_imported);
}

}  // namespace

int cert(const AskOptions& options, const CertOptions& what) {
  if (what.action == "import") return import(options, what);
  const json::object request{{"command", "cert"}, {"action", what.action}, {"which", what.which}};
  if (what.action == "list") return ask(options, request, print_list);
  if (what.action == "show") return ask(options, request, print_entries);
  return ask(options, request,
             [](const json::object& answer) { std::cout << "Removed: " << text_of(answer, "removed") << "\n"; });
}

}  // namespace longwire::commands
