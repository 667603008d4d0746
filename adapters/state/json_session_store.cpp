#include "adapters/state/json_session_store.hpp"

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
constexpr std::string_view kExtension = ".json";
/// A command line of the kernel's largest size, every byte of it escaped, still fits.
constexpr std::size_t kMaxRecordBytes = std::size_t{16} * 1024 * 1024;

Result<posix::FileLock> lock(const fs::path& directory, std::chrono::milliseconds timeout) {
  return posix::FileLock::acquire(directory / ".lock", timeout);
}

bool is_temporary(const std::string& file) { return file.starts_with(posix::kTemporaryPrefix); }

}  // namespace

JsonSessionStore::JsonSessionStore(FileSystem& files, const JsonCodec& codec, fs::path directory)
    : files_(files), codec_(codec), directory_(std::move(directory)) {}

fs::path JsonSessionStore::file_of(const SessionName& name) const {
  return directory_ / (name.str() + std::string(kExtension));
}

Result<std::optional<SessionRecord>> JsonSessionStore::read_record(const std::string& file) const {
  const fs::path path = directory_ / file;
  MINO_ASSIGN(const std::optional<std::string> text, files_.read(path, kMaxRecordBytes));
  if (!text) return std::optional<SessionRecord>();
  Result<JsonValue> json = codec_.parse(*text);
  if (!json) return std::move(json).with_context(path.native()).error();
  Result<SessionRecord> record = session_record_from_json(*json);
  if (!record) return std::move(record).with_context(path.native()).error();
  if (record->name.str() + std::string(kExtension) != file) {
    return Error(ErrorCode::kCorrupt, fmt::format("{}: the record is that of session {}",
                                                  path.native(), record->name.str()));
  }
  return std::optional(std::move(*record));
}

Result<void> JsonSessionStore::write_record(const SessionRecord& record) {
  const std::string text = codec_.write(to_json(record), JsonLayout::kPretty) + "\n";
  return files_.write_atomic(file_of(record.name), text, 0600, Durability::kRename);
}

Result<void> JsonSessionStore::create(const SessionRecord& record) {
  MINO_TRY(files_.make_directories(directory_, 0700));
  MINO_ASSIGN(const posix::FileLock held, lock(directory_, kLockTimeout));
  Result<std::optional<SessionRecord>> old = load(record.name);
  if (!old) {
    old.error().set_hint(
        fmt::format("choose another --name, or look at the file and remove it: rm {}",
                    file_of(record.name).native()));
    return std::move(old).error();
  }
  if (*old && is_live((*old)->status)) {
    Error error(
        ErrorCode::kAlreadyExists,
        fmt::format("session {} is already {}", record.name.str(), to_string((*old)->status)));
    return error.set_hint(
        fmt::format("choose another --name, or end it: mino stop {}", record.name.str()));
  }
  return write_record(record);
}

Result<std::optional<SessionRecord>> JsonSessionStore::load(const SessionName& name) const {
  return read_record(name.str() + std::string(kExtension));
}

Result<SessionListing> JsonSessionStore::list() const {
  MINO_ASSIGN(const std::optional<std::vector<std::string>> files, files_.list(directory_));
  SessionListing listing;
  if (!files) return listing;
  for (const std::string& file : *files) {
    if (file.starts_with('.') || !file.ends_with(kExtension)) continue;
    Result<std::optional<SessionRecord>> record = read_record(file);
    if (!record) {
      listing.unreadable.push_back({directory_ / file, std::move(record).error()});
    } else if (*record) {
      listing.records.push_back(std::move(**record));
    }
  }
  std::ranges::stable_sort(listing.records, std::ranges::greater(), &SessionRecord::created_at);
  if (std::ranges::any_of(*files, is_temporary)) remove_temporaries(*files);
  return listing;
}

void JsonSessionStore::remove_temporaries(const std::vector<std::string>& files) const {
  // Writers hold the lock, so under it a temporary file belongs to nobody. Trying is enough: the
  // next listing sees it too.
  const Result<posix::FileLock> held = lock(directory_, std::chrono::milliseconds(0));
  if (!held) return;
  for (const std::string& file : files) {
    if (is_temporary(file)) static_cast<void>(files_.remove(directory_ / file));
  }
}

Result<SessionRecord> JsonSessionStore::update(const SessionName& name, const std::string& id,
                                               const std::function<bool(SessionRecord&)>& change) {
  const Error missing =
      Error(ErrorCode::kNotFound, fmt::format("there is no session {}", name.str()))
          .set_hint("mino list --all");
  MINO_ASSIGN(const std::optional<FileInfo> directory, files_.info(directory_, FollowLinks::kYes));
  if (!directory) return missing;
  MINO_ASSIGN(const posix::FileLock held, lock(directory_, kLockTimeout));
  MINO_ASSIGN(std::optional<SessionRecord> record, load(name));
  if (!record || record->id != id) return missing;
  if (change(*record)) MINO_TRY(write_record(*record));
  return std::move(*record);
}

Result<void> JsonSessionStore::remove(const SessionName& name, const std::string& id) {
  MINO_ASSIGN(const std::optional<FileInfo> directory, files_.info(directory_, FollowLinks::kYes));
  if (!directory) return {};
  MINO_ASSIGN(const posix::FileLock held, lock(directory_, kLockTimeout));
  MINO_ASSIGN(const std::optional<SessionRecord> record, load(name));
  if (!record || record->id != id) return {};
  return files_.remove(file_of(name));
}

}  // namespace mino::state
