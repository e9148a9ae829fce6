#include "node/main/cms_report.hpp"

#include "base/text.hpp"
#include "crypto/labels/label_json.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace longwire::commands {

namespace {

namespace json = boost::json;
using crypto::smime::Layer;

std::string_view name_of(Layer::Kind kind) {
  switch (kind) {
    case Layer::Kind::signature:
      return "signature";
    case Layer::Kind::encryption:
      return "encryption";
    case Layer::Kind::compression:
      return "compression";
  }
  return {};
}

std::string marking(const SecurityLabel& label, const crypto::labels::Policies& policies) {
  const auto* policy = policies.by_id(label.policy);
  return policy == nullptr ? std::string() : policy->marking(label).text;
}

json::object label_json(const SecurityLabel& label, const crypto::labels::Policies& policies) {
  auto out = crypto::labels::to_json(label);
  const auto* policy = policies.by_id(label.policy);
  if (policy == nullptr) return out;
  out["marking"] = policy->marking(label).text;
  if (const auto fault = policy->validate(label)) out["problem"] = fault->name;
  return out;
}

json::object certificate_json(const crypto::Certificate& certificate) {
  json::object out{{"subject", certificate.subject_text()},
                   {"issuer", certificate.issuer_text()},
                   {"serial", certificate.serial_text()},
                   {"fingerprint", certificate.fingerprint()}};
  if (!certificate.addresses.empty())
    out["addresses"] = json::array(certificate.addresses.begin(), certificate.addresses.end());
  return out;
}

json::object signer_json(const crypto::cms::SignerVerdict& signer, const crypto::labels::Policies& policies) {
  json::object out{{"result", signer.result}, {"weak", signer.weak}};
  if (!signer.text.empty()) out["text"] = signer.text;
  if (signer.certificate) out["certificate"] = certificate_json(*signer.certificate);
  if (signer.signing_time) out["signing_time"] = format_utc(*signer.signing_time);
  if (signer.label) out["label"] = label_json(*signer.label, policies);
  json::array equivalents;
  for (const auto& label : signer.equivalent_labels) equivalents.push_back(label_json(label, policies));
  if (!equivalents.empty()) out["equivalent_labels"] = std::move(equivalents);
  if (signer.receipt_request) {
    const auto& request = *signer.receipt_request;
    json::object asked{{"identifier", to_hex(request.identifier)},
                       {"receipts_to", json::array(request.receipts_to.begin(), request.receipts_to.end())}};
    if (request.all_or_first) asked["receipts_from"] = *request.all_or_first == 0 ? "all" : "first_tier";
    else asked["receipts_from"] = json::array(request.receipts_from.begin(), request.receipts_from.end());
    out["receipt_request"] = std::move(asked);
  }
  json::array counter;
  for (const auto& c : signer.countersigners) counter.push_back(signer_json(c, policies));
  if (!counter.empty()) out["countersigners"] = std::move(counter);
  return out;
}

json::object layer_json(const Layer& layer, const crypto::labels::Policies& policies) {
  json::object out{
      {"kind", name_of(layer.kind)}, {"result", is_good(layer) ? "good" : "bad"}, {"content_type", layer.content_type}};
  if (!layer.problem.empty()) out["problem"] = layer.problem;
  if (layer.kind == Layer::Kind::encryption && layer.opened) {
    out["authenticated"] = layer.authenticated;
    if (layer.by) out["recipient"] = certificate_json(*layer.by);
  }
  if (layer.kind != Layer::Kind::signature) return out;
  json::array signers;
  for (const auto& signer : layer.verdict.signers) signers.push_back(signer_json(signer, policies));
  out["signers"] = std::move(signers);
  if (layer.verdict.label) out["label"] = label_json(*layer.verdict.label, policies);
  if (layer.verdict.labels_disagree) out["problem"] = "labels_disagree";
  return out;
}

std::string signer_text(const crypto::cms::SignerVerdict& signer, const crypto::labels::Policies& policies) {
  std::string out = "  signer: " + std::string(signer.result);
  if (!signer.text.empty()) out += " (" + signer.text + ")";
  if (signer.weak) out += ", weak";
  if (signer.certificate) out += ", " + signer.certificate->subject_text();
  if (signer.signing_time) out += ", at " + format_utc(*signer.signing_time);
  out += "\n";
  if (signer.label) {
    const auto words = marking(*signer.label, policies);
    out += "  label: " + (words.empty() ? "policy " + signer.label->policy : words) + "\n";
  }
  if (signer.receipt_request) out += "  asks for a signed receipt\n";
  return out;
}

std::string layer_text(const Layer& layer, const crypto::labels::Policies& policies) {
  std::string out = std::string(name_of(layer.kind)) + ": " + (is_good(layer) ? "good" : "bad");
  if (!layer.problem.empty()) out += ", " + std::string(layer.problem);
  if (layer.kind == Layer::Kind::encryption && layer.opened) {
    // An EnvelopedData alone can be altered on its way (RFC 8551 6).
    out += layer.authenticated ? ", authenticated" : ", not authenticated";
    if (layer.by) out += ", for " + layer.by->subject_text();
  }
  if (layer.verdict.labels_disagree) out += ", labels disagree";
  if (layer.kind == Layer::Kind::signature && layer.verdict.signers.empty()) out += ", no signers";
  out += "\n";
  for (const auto& signer : layer.verdict.signers) out += signer_text(signer, policies);
  return out;
}

}  // namespace

bool is_good(const Layer& layer) {
  if (layer.kind == Layer::Kind::signature) return layer.verdict.all_good && !layer.verdict.labels_disagree;
  return layer.opened && layer.problem.empty();
}

json::object to_json(const std::string& operation, const CmsReport& report, const crypto::labels::Policies& policies) {
  json::object out{{"operation", operation}, {"result", report.good ? "good" : "bad"}};
  if (!report.content_type.empty()) out["content_type"] = report.content_type;
  if (report.output) out["octets"] = report.output->size();
  if (report.layers.empty()) return out;
  out["complete"] = report.complete;
  out["path_verified"] = report.path_verified;
  json::array layers;
  for (const auto& layer : report.layers) layers.push_back(layer_json(layer, policies));
  out["layers"] = std::move(layers);
  return out;
}

std::string to_text(const CmsReport& report, const crypto::labels::Policies& policies) {
  std::string out;
  for (const auto& layer : report.layers) out += layer_text(layer, policies);
  const auto is_signature = [](const Layer& layer) { return layer.kind == Layer::Kind::signature; };
  if (!report.path_verified && std::any_of(report.layers.begin(), report.layers.end(), is_signature))
    out += "who made the certificates was not looked at\n";
  if (!report.layers.empty() && !report.complete) out += "a protected layer is left\n";
  return out;
}

}  // namespace longwire::commands
