// Certificate revocation lists (RFC 5280 5), v1 and v2.
#include "base/limits.hpp"
#include "crypto/x509/extension_oids.hpp"
#include "crypto/x509/extensions.hpp"
#include "crypto/x509/name.hpp"
#include "crypto/x509/path.hpp"
#include "crypto/x509/pem.hpp"
#include "crypto/x509/signed_structure.hpp"
#include "crypto/x509/value_reader.hpp"

#include <algorithm>

namespace longwire::crypto {

namespace {

using ber::sequence_tag;

struct Entry {
  Bytes serial;
  std::vector<Extension> extensions;
};

Result<Entry> read_entry(const ber::Document& doc, std::size_t index) {
  const auto members = doc.children(index);
  if (members.size() < 2 || members.size() > 3) return error("bad_value", doc[index].offset, "no entry of a CRL");
  auto serial = ber::tagged(ber::integer_tag, read_big_integer)(doc, members[0]);
  if (!serial) return serial.error();
  if (const auto when = read_time(doc, members[1]); !when) return when.error();
  Entry out{*std::move(serial), {}};
  if (members.size() == 2) return out;
  auto extensions = ber::tagged(sequence_tag, read_extension_list)(doc, members[2]);
  if (!extensions) return extensions.error();
  out.extensions = *std::move(extensions);
  return out;
}

// The directoryName among the GeneralNames of a certificateIssuer (RFC 5280 5.3.3). Errors: bad_value.
Result<Bytes> read_directory_name(const ber::Document& doc, std::size_t index) {
  for (const auto name : doc.children(index)) {
    const auto& tag = doc[name].tag;
    if (tag.cls != ber::TagClass::context || tag.number != 4) continue;
    const auto inner = ber::only_child(doc, name);
    if (!inner) return inner.error();
    return ber::raw(doc, *inner);
  }
  return error("bad_value", doc[index].offset, "a certificateIssuer without directoryName");
}

// Walks the entries in their order: in an indirect CRL the certificateIssuer of one holds for those behind it.
class Entries {
 public:
  explicit Entries(Crl& out) : out_(&out) {}

  std::optional<Error> take(const ber::Document& doc, std::size_t list) {
    for (auto i = list + 1; i < doc[list].next; i = doc[i].next) {
      auto entry = ber::tagged(sequence_tag, read_entry)(doc, i);
      if (!entry) return entry.error();
      if (auto e = look_at(entry->extensions)) return e;
      if (ours_ && !is_removed_) out_->revoked.push_back(std::move(entry->serial));
    }
    return std::nullopt;
  }

 private:
  std::optional<Error> look_at(const std::vector<Extension>& extensions) {
    is_removed_ = false;
    for (const auto& extension : extensions) {
      if (extension.oid == oid::certificate_issuer) {
        const auto name = read_value(extension.value, read_directory_name);
        if (!name) return name.error();
        ours_ = same_name(*name, out_->issuer);
      } else if (extension.oid == oid::reason_code) {
        // removeFromCRL (8), which only deltas have: no longer on hold.
        const auto reason = read_value(extension.value, ber::small_integer);
        if (!reason) return reason.error();
        is_removed_ = *reason == 8;
      } else if (extension.critical && extension.oid != oid::invalidity_date) {
        out_->complete = false;
      }
    }
    return std::nullopt;
  }

  Crl* out_;
  bool ours_ = true;
  bool is_removed_ = false;
};

// An issuingDistributionPoint limits what the list covers, a delta has changes only (RFC 5280 5.2.4, 5.2.5).
std::optional<Error> apply_crl_extensions(const std::vector<Extension>& extensions, Crl& out) {
  for (const auto& extension : extensions) {
    if (extension.oid == oid::authority_key_identifier) {
      auto id = read_value(extension.value, ber::tagged(sequence_tag, read_authority_key_id));
      if (!id) return id.error();
      out.authority_key_id = *std::move(id);
    } else if (extension.oid == oid::delta_crl_indicator || extension.oid == oid::issuing_distribution_point) {
      out.complete = false;
    } else if (extension.critical && extension.oid != oid::crl_number && extension.oid != oid::issuer_alt_name) {
      out.complete = false;
    }
  }
  return std::nullopt;
}

bool is_time(const ber::Node& node) {
  return node.tag.cls == ber::TagClass::universal &&
         (node.tag.number == ber::utc_time_tag.number || node.tag.number == generalized_time_tag.number);
}

// TBSCertList: [version], signature, issuer, thisUpdate, [nextUpdate], [revokedCertificates], [0 extensions], by place.
std::optional<Error> read_tbs(const ber::Document& doc, std::size_t index, Crl& out, Bytes& inner) {
  const auto members = doc.children(index);
  std::size_t at = 0;
  const auto is = [&](const ber::Tag& tag) { return at < members.size() && doc[members[at]].tag == tag; };
  const auto fault = [&](const char* what) {
    return error("bad_value", doc[at < members.size() ? members[at] : index].offset, what);
  };
  if (is(ber::integer_tag)) {
    const auto version = ber::small_integer(doc, members[at]);
    if (!version || *version != 1) return fault("a version that is not 2");
    ++at;
  }
  if (!is(sequence_tag)) return fault("no signature algorithm");
  inner = ber::raw(doc, members[at++]);
  if (!is(sequence_tag)) return fault("no issuer");
  out.issuer = ber::raw(doc, members[at++]);
  std::vector<Time> times;
  for (; at < members.size() && is_time(doc[members[at]]); ++at) {
    const auto time = read_time(doc, members[at]);
    if (!time) return time.error();
    times.push_back(*time);
  }
  if (times.empty() || times.size() > 2) return fault("neither one nor two times");
  out.this_update = times[0];
  if (times.size() == 2) out.next_update = times[1];
  if (is(sequence_tag))
    if (auto e = Entries(out).take(doc, members[at++])) return e;
  if (is(ber::context_tag(0, true))) {
    const auto extensions = ber::inside(ber::tagged(sequence_tag, read_extension_list))(doc, members[at++]);
    if (!extensions) return extensions.error();
    if (auto e = apply_crl_extensions(*extensions, out)) return e;
  }
  if (at != members.size()) return fault("an element that has no place here");
  out.tbs = ber::raw(doc, index);
  return std::nullopt;
}

Result<Crl> read_one(ByteView der) {
  if (der.size() > limits::crl_octets) return error("too_long", 0, "a CRL beyond the limit");
  ber::Limits bounds;
  bounds.elements = limits::crl_elements;
  const auto doc = ber::Document::read(der, bounds);
  if (!doc) return doc.error();
  if (doc->octets() != der.size()) return error("trailing_octets", doc->octets(), "octets behind the CRL");
  Crl out;
  if (auto e = read_signed(*doc, "no CRL", read_tbs, out))
    return error("bad_crl", e->offset, std::string(e->name) + ": " + e->text);
  std::sort(out.revoked.begin(), out.revoked.end());
  return out;
}

}  // namespace

bool Crl::lists(ByteView serial) const {
  return std::binary_search(revoked.begin(), revoked.end(), Bytes(serial.begin(), serial.end()));
}

std::string Crl::issuer_text() const { return name_text(issuer); }

Result<Crl> read_crl(ByteView der_or_pem) {
  auto all = read_crls(der_or_pem);
  if (!all) return all.error();
  if (all->size() > 1) return error("bad_crl", 0, "more than one CRL in the file");
  return std::move(all->front());
}

Result<std::vector<Crl>> read_crls(ByteView file) {
  std::vector<Crl> out;
  if (!is_pem(file)) {
    auto one = read_one(file);
    if (!one) return one.error();
    out.push_back(*std::move(one));
    return out;
  }
  const auto blocks = read_pem(file);
  if (!blocks) return blocks.error();
  for (const auto& block : *blocks) {
    if (block.label != "X509 CRL") continue;
    auto one = read_one(block.octets);
    if (!one) return error(one.error().name, block.offset, one.error().text);
    out.push_back(*std::move(one));
  }
  if (out.empty()) return error("bad_crl", 0, "no CRL in the file");
  return out;
}

}  // namespace longwire::crypto
