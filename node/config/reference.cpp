// The reference and the annotated sample: both are printed from the tables the reader uses.
#include "node/config/check_hf.hpp"
#include "node/config/config_toml.hpp"
#include "node/config/schema.hpp"

#include <algorithm>
#include <sstream>
#include <type_traits>

namespace longwire::config {

namespace {

template <class T>
void reference_of(std::ostream& out, std::string_view title, std::span<const Field<T>> fields) {
  out << title << "\n";
  for (const auto& f : fields) {
    std::string head = "  " + std::string(f.name);
    head.resize(std::max<std::size_t>(head.size() + 1, 26), ' ');
    head += f.type;
    head.resize(std::max<std::size_t>(head.size() + 1, 52), ' ');
    out << head << f.help;
    if (f.required()) out << " (required)";
    else if (!f.fallback.empty()) out << " (default: " << f.fallback << ")";
    out << "\n";
  }
  out << "\n";
}

// A key whose example only repeats the default is a comment, so that the sample stays short in effect.
template <class T>
void sample_of(std::ostream& out, std::string_view title, std::span<const Field<T>> fields, std::string_view active) {
  out << title << "\n";
  for (const auto& f : fields) {
    if (f.sample.empty()) continue;
    if constexpr (std::is_same_v<T, engine::BearerConfig>)
      if (!is_key_of(f.name, "udp")) continue;  // an HF bearer is a section of its own: docs/examples/hf.toml
    const bool on =
        f.required() || (" " + std::string(active) + " ").find(" " + std::string(f.name) + " ") != std::string::npos;
    std::string line = (on ? "" : "# ") + std::string(f.name) + " = " + std::string(f.sample);
    line.resize(std::max<std::size_t>(line.size() + 1, 44), ' ');
    out << line << "# " << f.help << "\n";
  }
  out << "\n";
}

}  // namespace

std::string reference_text() {
  std::ostringstream out;
  reference_of(out, "[node]", node_fields());
  reference_of(out, "[smtp]", smtp_fields());
  reference_of(out, "[[smtp.submitter]]", submitter_fields());
  reference_of(out, "[deliver]   exactly one of the three", deliver_fields());
  reference_of(out, "[[bearer]]", bearer_fields());
  reference_of(out, "[[peer]]", peer_fields());
  reference_of(out, "[[group]]", group_fields());
  reference_of(out, "[gateway]", gateway_fields());
  reference_of(out, "[[gateway.user]]", gateway_user_fields());
  reference_of(out, "[[gateway.domain]]", gateway_domain_fields());
  reference_of(out, "[security]", security_fields());
  reference_of(out, "[[security.key]]", security_key_fields());
  reference_of(out, "[[security.profile]]", security_profile_fields());
  reference_of(out, "[[security.clearance]]", security_clearance_fields());
  reference_of(out, "[[acp127]]   a circuit that speaks ACP 127", circuit_fields());
  reference_of(out, "[console]", console_fields());
  out << "Sizes, rates and durations are strings: \"64k\", \"2M\"; \"250ms\", \"2s\", \"5m\", \"6h\", \"2d\".\n";
  return out.str();
}

std::string sample_text() {
  std::ostringstream out;
  out << "# Longwire configuration. Lines that begin with # show further keys.\n\n";
  sample_of(out, "[node]", node_fields(), "data_dir");
  sample_of(out, "[smtp]", smtp_fields(), "listen");
  sample_of(out, "[[smtp.submitter]]", submitter_fields(), "");
  sample_of(out, "[deliver]                                  # exactly one of the three", deliver_fields(), "maildir");
  sample_of(out, "[[bearer]]", bearer_fields(), "kind bind group rate duplex");
  sample_of(out, "[[peer]]", peer_fields(), "domains content");
  sample_of(out, "[[group]]", group_fields(), "address");
  sample_of(out, "[gateway]", gateway_fields(), "");
  sample_of(out, "[[gateway.user]]", gateway_user_fields(), "");
  sample_of(out, "[[gateway.domain]]", gateway_domain_fields(), "");
  return out.str();
}

}  // namespace longwire::config
