#include "node/config/file_value.hpp"

#include "base/limits.hpp"

#include <filesystem>

namespace longwire::config {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view credential = "credential:";

// Where the octets are; empty with a problem when nobody can know.
std::string place_of(const Value& v, const std::string& name) {
  if (!name.starts_with(credential)) return (fs::path(v.reading().file).parent_path() / name).string();
  const auto id = name.substr(credential.size());
  if (id.empty() || id.find('/') != std::string::npos || id == "." || id == "..") {
    v.error("'" + name + "': no name of a credential");
    return {};
  }
  if (!v.reading().files.credentials.empty()) return (fs::path(v.reading().files.credentials) / id).string();
  v.warning("'" + name + "' cannot be looked at here: CREDENTIALS_DIRECTORY is not set, the service has it");
  return {};
}

void warn_of_mode(const Value& v, const std::string& name, const fs::path& path) {
  std::error_code bad;
  const auto mode = fs::status(path, bad).permissions();
  using fs::perms;
  if (bad) return;
  if ((mode & (perms::others_read | perms::others_write | perms::group_write)) != perms::none)
    v.warning("'" + name + "' is open to other users of this host: chmod 640 or 600");
}

void read_named(const Value& v, const std::string& name, FileKind kind, Bytes& out) {
  if (name.empty() || !v.reading().files.read) return;
  // Not repeated: it would stand in the journal.
  if (name.find('\n') != std::string::npos || name.find("-----BEGIN") != std::string::npos)
    return v.error("this is the content of a file, not its name: put it into a file, or a credential of systemd");
  const auto path = place_of(v, name);
  if (path.empty()) return;
  auto octets = v.octets_of(path, limits::credential_octets);
  if (!octets) return;
  out = *std::move(octets);
  if (kind == FileKind::secret) warn_of_mode(v, name, path);
}

}  // namespace

void read_file(const Value& v, FileKind kind, security::FileContent& out) {
  v.text(out.path);
  read_named(v, out.path, kind, out.octets);
}

void read_file(const Value& v, security::SecretFile& out) {
  security::FileContent content;
  read_file(v, FileKind::secret, content);
  out.path = content.path;
  if (!content.octets.empty()) out.octets = std::make_shared<const crypto::Secret>(std::move(content.octets));
}

void read_clearance(const Value& v, security::ClearanceText& out) {
  constexpr std::string_view file = "file:";
  v.text(out.words);
  if (out.words.starts_with(file)) read_named(v, out.words.substr(file.size()), FileKind::open, out.file);
}

void read_files(const Value& v, FileKind kind, std::vector<security::FileContent>& out) {
  v.elements("paths", [&](const Value& one) { read_file(one, kind, out.emplace_back()); });
}

}  // namespace longwire::config
