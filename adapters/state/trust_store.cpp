#include "adapters/state/trust_store.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "adapters/posix/file_lock.hpp"
#include "domain/session/session_record.hpp"

namespace mino::state {
namespace {

constexpr std::int64_t kSchema = 1;
constexpr std::size_t kMaxBytes = std::size_t{4} * 1024 * 1024;
constexpr std::chrono::seconds kLockTimeout(10);

Error corrupt(const std::filesystem::path& file, const std::string& why) {
  Error error(ErrorCode::kCorrupt, file.string() + ": " + why);
  error.set_hint("move it away and approve your projects again: mino trust");
  return error;
}

JsonValue to_json(const Approval& approval) {
  return JsonValue::Object{{"file", approval.file.string()},
                           {"digest", approval.digest},
                           {"granted_at", format_rfc3339(approval.granted_at)}};
}

std::optional<Approval> from_json(const JsonValue& json) {
  const std::string* file = json.find_string("file");
  const std::string* digest = json.find_string("digest");
  const std::string* granted_at = json.find_string("granted_at");
  if (file == nullptr || digest == nullptr || granted_at == nullptr) return std::nullopt;
  const auto time = parse_rfc3339(*granted_at);
  if (!time) return std::nullopt;
  return Approval{*file, *digest, *time};
}

}  // namespace

JsonTrustStore::JsonTrustStore(FileSystem& files, const JsonCodec& codec,
                               std::filesystem::path file)
    : files_(files), codec_(codec), file_(std::move(file)) {}

Result<std::optional<Approval>> JsonTrustStore::find(const std::filesystem::path& file) const {
  MINO_ASSIGN(const std::vector<Approval> approvals, list());
  const auto found = std::ranges::find(approvals, file, &Approval::file);
  if (found == approvals.end()) return std::optional<Approval>();
  return std::optional(*found);
}

Result<std::vector<Approval>> JsonTrustStore::list() const {
  MINO_ASSIGN(const std::optional<std::string> text, files_.read(file_, kMaxBytes));
  if (!text) return std::vector<Approval>();
  const Result<JsonValue> json = codec_.parse(*text);
  if (!json.ok()) return corrupt(file_, json.error().text());
  const JsonValue* schema = json->find("schema");
  if (schema == nullptr || schema->integer() == nullptr) return corrupt(file_, "no schema number");
  if (*schema->integer() > kSchema)
    return Error(ErrorCode::kNewerSchema, file_.string() + ": written by a newer mino");
  const JsonValue* members = json->find("approvals");
  if (members == nullptr || members->array() == nullptr) return corrupt(file_, "no approvals");
  std::vector<Approval> approvals;
  for (const JsonValue& member : *members->array()) {
    std::optional<Approval> approval = from_json(member);
    if (!approval) return corrupt(file_, "an approval without file, digest or time");
    approvals.push_back(*std::move(approval));
  }
  std::ranges::sort(approvals, {}, &Approval::file);
  return approvals;
}

Result<void> JsonTrustStore::grant(const Approval& approval) {
  return update([&approval](std::vector<Approval>& approvals) {
    std::erase_if(approvals, [&](const Approval& old) { return old.file == approval.file; });
    approvals.push_back(approval);
    return true;
  });
}

Result<Revocation> JsonTrustStore::revoke(const std::filesystem::path& file) {
  Revocation revocation = Revocation::kNothingToRevoke;
  MINO_TRY(update([&](std::vector<Approval>& approvals) {
    if (std::erase_if(approvals, [&](const Approval& old) { return old.file == file; }) == 0)
      return false;
    revocation = Revocation::kRevoked;
    return true;
  }));
  return revocation;
}

Result<void> JsonTrustStore::update(const std::function<bool(std::vector<Approval>&)>& change) {
  MINO_TRY(files_.make_directories(file_.parent_path(), 0700));
  MINO_ASSIGN(const posix::FileLock lock,
              posix::FileLock::acquire(file_.native() + ".lock", kLockTimeout));
  MINO_ASSIGN(std::vector<Approval> approvals, list());
  if (!change(approvals)) return {};
  std::ranges::sort(approvals, {}, &Approval::file);
  JsonValue::Array members;
  for (const Approval& approval : approvals) members.push_back(to_json(approval));
  const JsonValue json = JsonValue::Object{{"schema", kSchema}, {"approvals", std::move(members)}};
  return files_.write_atomic(file_, codec_.write(json, JsonLayout::kPretty) + "\n", 0600,
                             Durability::kSync);
}

}  // namespace mino::state
