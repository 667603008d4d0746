#include "adapters/state/json_cache_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "adapters/posix/file_lock.hpp"
#include "adapters/posix/posix_file_system.hpp"

namespace mino::state {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::seconds kLockTimeout(10);
/// As long as podman may take to remove a volume.
constexpr std::chrono::seconds kEvictionTimeout(30);
constexpr std::string_view kExtension = ".json";
constexpr std::size_t kMaxRecordBytes = std::size_t{1024} * 1024;

std::optional<CacheName> name_of_file(const std::string& file) {
  if (!file.ends_with(kExtension)) return std::nullopt;
  return parse_cache_name(std::string_view(file).substr(0, file.size() - kExtension.size()));
}

bool is_unreadable(const Error& error) {
  return error.code() == ErrorCode::kCorrupt || error.code() == ErrorCode::kNewerSchema;
}

/// What the name alone tells of a volume whose record cannot be understood.
CacheRecord record_of_name(const CacheName& name) {
  CacheRecord record = new_cache_record(name, name.suffix.empty() ? 0 : 1, std::nullopt, {});
  record.state = CacheState::kBuilding;
  return record;
}

void mark_made(CacheRecord& record) {
  if (record.state != CacheState::kMiss) record.state = *after(record.state, CacheEvent::kVanished);
  record.state = *after(record.state, CacheEvent::kMade);
  record.size_bytes.reset();
  record.measured_at.reset();
}

}  // namespace

JsonCacheStore::JsonCacheStore(Ports ports, fs::path directory)
    : ports_(ports), directory_(std::move(directory)) {}

fs::path JsonCacheStore::file_of(const std::string& volume) const {
  return directory_ / (volume + std::string(kExtension));
}

Result<std::optional<CacheRecord>> JsonCacheStore::read(const std::string& volume) const {
  const fs::path path = file_of(volume);
  MINO_ASSIGN(const std::optional<std::string> text, ports_.files.read(path, kMaxRecordBytes));
  if (!text) return std::optional<CacheRecord>();
  MINO_ASSIGN(const JsonValue json, ports_.json.parse(*text).with_context(path.native()));
  MINO_ASSIGN(CacheRecord record, cache_record_from_json(json).with_context(path.native()));
  if (record.volume != volume) {
    return Error(ErrorCode::kCorrupt,
                 fmt::format("{}: the record is that of {}", path.native(), record.volume));
  }
  std::erase_if(record.holders, [this](const CacheHolder& holder) {
    return !ports_.processes.alive(holder.owner);
  });
  return std::optional(std::move(record));
}

Result<std::optional<CacheRecord>> JsonCacheStore::read_known(const std::string& volume) const {
  auto record = read(volume);
  if (!record.ok() && is_unreadable(record.error())) return std::optional<CacheRecord>();
  return record;
}

Result<void> JsonCacheStore::write(const CacheRecord& record) {
  const std::string text = ports_.json.write(to_json(record), JsonLayout::kPretty) + "\n";
  return ports_.files.write_atomic(file_of(record.volume), text, 0600, Durability::kRename);
}

Result<bool> JsonCacheStore::exists() const {
  MINO_ASSIGN(const auto info, ports_.files.info(directory_, FollowLinks::kYes));
  return info.has_value();
}

Result<CacheListing> JsonCacheStore::read_all(
    const std::function<bool(const CacheName&)>& is_wanted) const {
  MINO_ASSIGN(const auto files, ports_.files.list(directory_));
  CacheListing listing;
  for (const std::string& file : files.value_or(std::vector<std::string>())) {
    const auto name = name_of_file(file);
    if (!name || !is_wanted(*name)) continue;
    auto record = read(to_string(*name));
    if (!record.ok()) {
      listing.unreadable.push_back({directory_ / file, std::move(record).error()});
      listing.records.push_back(record_of_name(*name));
    } else if (*record) {
      listing.records.push_back(std::move(**record));
    }
  }
  return listing;
}

Result<CacheListing> JsonCacheStore::list() const {
  return read_all([](const CacheName&) { return true; });
}

Result<CacheListing> JsonCacheStore::generations(const std::vector<CacheName>& names) const {
  return read_all([&names](const CacheName& name) {
    return std::ranges::any_of(names, [&name](const CacheName& wanted) {
      return wanted.ecosystem == name.ecosystem && wanted.hash == name.hash;
    });
  });
}

Result<std::vector<CacheRecord>> JsonCacheStore::hold(const CacheHolder& holder,
                                                      const std::vector<CacheRecord>& wanted,
                                                      Timestamp now) {
  MINO_TRY(ports_.files.make_directories(directory_, 0700));
  MINO_ASSIGN(auto held, try_hold(holder, wanted, now, Evicting::kRespected));
  if (held) return *std::move(held);
  MINO_ASSIGN(const posix::FileLock evictions,
              posix::FileLock::acquire(directory_ / ".evicting", kEvictionTimeout));
  // Whoever was at it has ended, well or not.
  MINO_ASSIGN(held, try_hold(holder, wanted, now, Evicting::kOver));
  return std::move(held).value_or(std::vector<CacheRecord>());
}

Result<std::optional<std::vector<CacheRecord>>> JsonCacheStore::try_hold(
    const CacheHolder& holder, const std::vector<CacheRecord>& wanted, Timestamp now,
    Evicting evicting) {
  MINO_ASSIGN(const posix::FileLock held,
              posix::FileLock::acquire(directory_ / ".lock", kLockTimeout));
  std::vector<CacheRecord> records;
  for (const CacheRecord& want : wanted) {
    MINO_ASSIGN(std::optional<CacheRecord> known, read_known(want.volume));
    CacheRecord record = known.value_or(want);
    if (record.evicting && evicting == Evicting::kRespected)
      return std::optional<std::vector<CacheRecord>>();
    record.evicting = false;
    record.updated_at = now;
    record.last_used_at = now;
    std::erase_if(record.holders, [&holder](const CacheHolder& other) {
      return other.session_id == holder.session_id;
    });
    record.holders.push_back(holder);
    records.push_back(std::move(record));
  }
  for (const CacheRecord& record : records) MINO_TRY(write(record));
  return std::optional(std::move(records));
}

Result<void> JsonCacheStore::change(const std::vector<std::string>& volumes, const Change& change) {
  MINO_ASSIGN(const bool is_there, exists());
  if (!is_there || volumes.empty()) return {};
  MINO_ASSIGN(const posix::FileLock held,
              posix::FileLock::acquire(directory_ / ".lock", kLockTimeout));
  for (const std::string& volume : volumes) {
    MINO_ASSIGN(std::optional<CacheRecord> record, read_known(volume));
    if (!record) continue;
    change(*record);
    MINO_TRY(write(*record));
  }
  return {};
}

Result<void> JsonCacheStore::made(const std::vector<std::string>& volumes, Timestamp now) {
  return change(volumes, [now](CacheRecord& record) {
    mark_made(record);
    record.updated_at = now;
  });
}

Result<void> JsonCacheStore::release(const std::string& session_id,
                                     const std::vector<std::string>& volumes, CacheUse use,
                                     Timestamp now) {
  return change(volumes, [&](CacheRecord& record) {
    std::erase_if(record.holders, [&session_id](const CacheHolder& holder) {
      return holder.session_id == session_id;
    });
    record.updated_at = now;
    record.last_used_at = now;
    if (use != CacheUse::kFinished) return;
    if (const auto state = after(record.state, CacheEvent::kFinished); state.ok())
      record.state = *state;
  });
}

Result<void> JsonCacheStore::begin_eviction(const std::string& volume) {
  MINO_ASSIGN(const posix::FileLock held,
              posix::FileLock::acquire(directory_ / ".lock", kLockTimeout));
  MINO_ASSIGN(std::optional<CacheRecord> record, read_known(volume));
  if (!record) {
    const auto name = parse_cache_name(volume);
    if (!name) return {};
    record = record_of_name(*name);
  }
  if (!record->holders.empty()) {
    return Error(ErrorCode::kBusy, fmt::format("{} is used by the session {}", volume,
                                               record->holders.front().session));
  }
  record->evicting = true;
  return write(*record);
}

Result<void> JsonCacheStore::abandon_eviction(const std::string& volume) {
  return change({volume}, [](CacheRecord& record) { record.evicting = false; });
}

Result<void> JsonCacheStore::evict(const std::string& volume,
                                   const std::function<Result<void>()>& remove) {
  MINO_TRY(ports_.files.make_directories(directory_, 0700));
  MINO_ASSIGN(const posix::FileLock evictions,
              posix::FileLock::acquire(directory_ / ".evicting", kEvictionTimeout));
  MINO_TRY(begin_eviction(volume));
  if (auto removed = remove(); !removed.ok()) {
    static_cast<void>(abandon_eviction(volume));
    return removed;
  }
  MINO_ASSIGN(const posix::FileLock held,
              posix::FileLock::acquire(directory_ / ".lock", kLockTimeout));
  return ports_.files.remove(file_of(volume));
}

Result<void> JsonCacheStore::measured(const std::map<std::string, std::uint64_t>& sizes,
                                      Timestamp now) {
  std::vector<std::string> volumes;
  for (const auto& [volume, bytes] : sizes) volumes.push_back(volume);
  MINO_TRY(change(volumes, [&](CacheRecord& record) {
    record.size_bytes = sizes.at(record.volume);
    record.measured_at = now;
  }));
  remove_temporaries();
  return {};
}

void JsonCacheStore::remove_temporaries() {
  const auto files = ports_.files.list(directory_);
  if (!files.ok() || !*files) return;
  const auto is_temporary = [](const std::string& file) {
    return file.starts_with(posix::kTemporaryPrefix);
  };
  if (std::ranges::none_of(**files, is_temporary)) return;
  // Writers hold the lock, so under it a temporary file belongs to nobody.
  const auto held = posix::FileLock::acquire(directory_ / ".lock", std::chrono::milliseconds(0));
  if (!held.ok()) return;
  for (const std::string& file : **files) {
    if (is_temporary(file)) static_cast<void>(ports_.files.remove(directory_ / file));
  }
}

Result<void> JsonCacheStore::adopt(const std::vector<CacheRecord>& records) {
  MINO_TRY(ports_.files.make_directories(directory_, 0700));
  MINO_ASSIGN(const posix::FileLock held,
              posix::FileLock::acquire(directory_ / ".lock", kLockTimeout));
  for (const CacheRecord& record : records) {
    MINO_ASSIGN(const auto known, ports_.files.info(file_of(record.volume), FollowLinks::kNo));
    if (!known) MINO_TRY(write(record));
  }
  return {};
}

}  // namespace mino::state
