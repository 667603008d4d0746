#include "adapters/state/json_credential_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "adapters/posix/file_lock.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "domain/credential/credential_json.hpp"

namespace mino::state {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{256} * 1024;
constexpr std::uint32_t kOfOthers = 077;
constexpr std::string_view kEnding = ".json";

class Locks final : public CredentialLock {
 public:
  void add(posix::FileLock lock) { locks_.push_back(std::move(lock)); }

 private:
  std::vector<posix::FileLock> locks_;
};

std::optional<Timestamp> time_of(const JsonValue& json, std::string_view name) {
  const std::string* text = json.find_string(name);
  return text == nullptr ? std::nullopt : parse_rfc3339(*text);
}

/// Several keys share a lock, so that locks do not pile up.
std::string stripe_of(const std::string& key) { return key.substr(0, 1); }

}  // namespace

JsonCredentialCache::JsonCredentialCache(FileSystem& files, const JsonCodec& codec,
                                         std::filesystem::path directory, std::uint32_t user_id)
    : files_(files), codec_(codec), directory_(std::move(directory)), user_id_(user_id) {}

CachedCredential JsonCredentialCache::load(CredentialProvider provider,
                                           const std::string& key) const {
  const std::filesystem::path file = file_of(key);
  const auto info = files_.info(file, FollowLinks::kNo);
  if (info.ok() && !*info) return {};
  std::string complaint = distrust(directory_, FileKind::kDirectory);
  if (complaint.empty()) complaint = distrust(file, FileKind::kRegular);
  if (!complaint.empty()) return {std::nullopt, std::move(complaint)};
  auto text = files_.read(file, kMaxBytes);
  if (!text.ok()) return {std::nullopt, text.error().text()};
  if (!*text) return {};
  auto json = codec_.parse(**text);
  wipe(**text);
  if (!json.ok()) return {std::nullopt, fmt::format("{} is damaged", file.native())};
  std::optional<IssuedCredential> issued = take_credential(*json, provider);
  wipe(*json);
  if (!issued) return {std::nullopt, fmt::format("{} is damaged", file.native())};
  return {std::move(issued), {}};
}

Result<void> JsonCredentialCache::store(CredentialProvider provider, const std::string& key,
                                        const IssuedCredential& issued, Timestamp now) {
  MINO_TRY(files_.make_directories(directory_, 0700));
  if (std::string complaint = distrust(directory_, FileKind::kDirectory); !complaint.empty()) {
    return Error(ErrorCode::kPermission, std::move(complaint))
        .set_hint("chmod 700 " + directory_.native());
  }
  remove_ended(now);
  JsonValue json = to_json(provider, issued);
  std::string text = codec_.write(json, JsonLayout::kPretty) + "\n";
  auto written = files_.write_atomic(file_of(key), text, 0600, Durability::kSync);
  wipe(text);
  wipe(json);
  return written;
}

Result<std::unique_ptr<CredentialLock>> JsonCredentialCache::lock(
    const std::vector<std::string>& keys, std::chrono::milliseconds patience) {
  MINO_TRY(files_.make_directories(directory_, 0700));
  // In one order for everybody, so that no two wait for each other.
  std::set<std::string> stripes;
  for (const std::string& key : keys) stripes.insert(stripe_of(key));
  auto locks = std::make_unique<Locks>();
  for (const std::string& stripe : stripes) {
    MINO_ASSIGN(posix::FileLock lock,
                posix::FileLock::acquire(directory_ / ("lock-" + stripe), patience));
    locks->add(std::move(lock));
  }
  return std::unique_ptr<CredentialLock>(std::move(locks));
}

std::filesystem::path JsonCredentialCache::file_of(const std::string& key) const {
  return directory_ / (key + std::string(kEnding));
}

std::string JsonCredentialCache::distrust(const std::filesystem::path& path, FileKind kind) const {
  const auto info = files_.info(path, FollowLinks::kNo);
  if (!info.ok()) return info.error().text();
  if (!*info) return fmt::format("{} is gone", path.native());
  if ((*info)->kind != kind) return fmt::format("{} is of another kind", path.native());
  if ((*info)->owner != user_id_) return fmt::format("{} belongs to another user", path.native());
  if (((*info)->mode & kOfOthers) != 0)
    return fmt::format("{} is open to other users", path.native());
  return {};
}

void JsonCredentialCache::remove_ended(Timestamp now) {
  const auto names = files_.list(directory_);
  if (!names.ok() || !*names) return;
  constexpr std::chrono::hours kLongAgo(1);
  for (const std::string& name : **names) {
    const std::filesystem::path file = directory_ / name;
    // What a process that was killed while it wrote has left.
    if (name.starts_with(posix::kTemporaryPrefix)) {
      const auto info = files_.info(file, FollowLinks::kNo);
      if (!info.ok() || !*info) continue;
      const Timestamp written{std::chrono::duration_cast<Timestamp::duration>(
          std::chrono::nanoseconds((*info)->modified_ns))};
      if (now - written > kLongAgo) static_cast<void>(files_.remove(file));
      continue;
    }
    if (!name.ends_with(kEnding)) continue;
    auto text = files_.read(file, kMaxBytes);
    if (!text.ok() || !*text) continue;
    auto json = codec_.parse(**text);
    wipe(**text);
    if (!json.ok()) continue;
    const auto end = time_of(*json, "expires_at");
    const auto issued_at = time_of(*json, "issued_at");
    wipe(*json);
    const std::optional<Timestamp> last = end ? end : issued_at;
    if (last && now - *last > kLongAgo) static_cast<void>(files_.remove(file));
  }
}

}  // namespace mino::state
