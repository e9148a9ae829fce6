#include "node/security/certificate_commands.hpp"

#include "base/base64.hpp"
#include "base/limits.hpp"
#include "node/security/certificate_json.hpp"

#include <algorithm>

namespace longwire::security {

namespace json = boost::json;

namespace {

constexpr std::size_t shown_usually = 200;  // each costs the check of a path while the node waits

json::object wrong(std::string text) { return {{"ok", false}, {"error", std::move(text)}}; }

std::string string_of(const json::object& request, std::string_view key) {
  const auto* v = request.if_contains(key);
  return v != nullptr && v->is_string() ? std::string(v->as_string()) : std::string{};
}

std::vector<std::string> strings_of(const json::object& request, std::string_view key) {
  std::vector<std::string> out;
  const auto* list = request.if_contains(key);
  if (list == nullptr || !list->is_array()) return out;
  for (const auto& item : list->as_array())
    if (item.is_string()) out.emplace_back(item.as_string());
  return out;
}

bool flag_of(const json::object& request, std::string_view key) {
  const auto* v = request.if_contains(key);
  return v != nullptr && v->is_bool() && v->as_bool();
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

Result<std::vector<crypto::CertificatePtr>> certificates_of(const json::object& request) {
  std::vector<crypto::CertificatePtr> out;
  for (const auto& text : strings_of(request, "certificates")) {
    const auto der = base64_strict(text);
    if (!der) return error("bad_base64", 0, "a certificate that is no base64");
    auto certificate = crypto::read_certificate(*der);
    if (!certificate) return certificate.error();
    out.push_back(*std::move(certificate));
  }
  if (out.empty()) return error("no_certificate", 0, "no certificate to import");
  return out;
}

CertificateAnswer import_all(CertificateBook& book, const json::object& request, Time now) {
  const auto certificates = certificates_of(request);
  if (!certificates) return {wrong(std::string(certificates.error().name) + ": " + certificates.error().text), {}};
  const auto addresses = strings_of(request, "addresses");
  const bool force = flag_of(request, "force");
  CertificateAnswer out;
  json::array imported;
  json::array skipped;
  std::string refused;
  for (const auto& one : *certificates) {
    const auto fingerprint = one->fingerprint();
    const bool beside = certificates->size() > 1 && one->is_ca;
    const auto stored = beside ? Error("is_a_ca", 0, "a CA; name its file under intermediates or trust")
                               : book.import(one, addresses, force, now);
    if (stored) {
      for (const auto& entry : book.list(fingerprint, now))
        if (std::find(stored->begin(), stored->end(), entry.at("address").as_string()) != stored->end())
          imported.push_back(entry);
      out.audit += (out.audit.empty() ? "cert import " : ", ") + fingerprint + " " + joined(*stored) +
                   (force ? " by force" : "");
      continue;
    }
    const auto& why = stored.error();
    skipped.push_back(
        {{"subject", one->subject_text()}, {"fingerprint", fingerprint}, {"reason", why.name}, {"text", why.text}});
    if (!beside) refused += (refused.empty() ? "" : "; ") + std::string(why.name) + ": " + why.text;
  }
  if (imported.empty() && refused.empty()) refused = "no_certificate: only CAs in the file";
  out.answer = {{"ok", refused.empty()}, {"imported", std::move(imported)}, {"skipped", std::move(skipped)}};
  if (!refused.empty()) out.answer["error"] = refused;
  return out;
}

}  // namespace

CertificateAnswer certificate_command(CertificateBook& book, const json::object& request, Time now) {
  const auto action = string_of(request, "action");
  const auto which = string_of(request, "which");
  if (action == "import") return import_all(book, request, now);
  if (action != "list" && action != "show" && action != "remove")
    return {wrong("cert takes import, list, show or remove"), {}};
  if (action != "list" && which.empty()) return {wrong("which certificate? An address or a fingerprint"), {}};
  if (action == "remove") {
    const auto removed = book.remove(which);
    if (removed == 0) return {wrong("no certificate '" + which + "'"), {}};
    return {{{"ok", true}, {"removed", removed}}, "cert remove " + which};
  }
  std::size_t limit = shown_usually;
  if (const auto* v = request.if_contains("limit"); v != nullptr && v->is_number()) {
    boost::system::error_code bad;
    const auto number = v->to_number<std::uint32_t>(bad);
    if (bad) return {wrong("\"limit\" is no count"), {}};
    limit = number;
  }
  std::size_t total = 0;
  auto list = book.list(which, now, limit, &total);
  if (total == 0 && action == "show") return {wrong("no certificate '" + which + "'"), {}};
  return {{{"ok", true}, {"certificates", std::move(list)}, {"total", total}}, {}};
}

}  // namespace longwire::security
