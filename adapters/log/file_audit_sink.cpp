#include "adapters/log/file_audit_sink.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "adapters/posix/file_lock.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/session/session_record.hpp"

namespace mino::log {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::seconds kLockTimeout(2);

Result<posix::UniqueFd> open_for_append(const fs::path& path) {
  // Readable, so that the last byte can be looked at.
  constexpr int kFlags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  posix::UniqueFd file(
      posix::retry([&] { return ::open(path.c_str(), kFlags, S_IRUSR | S_IWUSR); }));
  if (!file) return posix::file_error("opening", path, errno);
  return file;
}

Result<std::uint64_t> size_of(const posix::UniqueFd& file, const fs::path& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return posix::file_error("looking at", path, errno);
  return static_cast<std::uint64_t>(status.st_size);
}

/// Whether the last line was cut short, as on a full disk.
bool ends_torn(const posix::UniqueFd& file, std::uint64_t size) {
  char last = '\n';
  if (size == 0 || posix::retry([&] {
                     return ::pread(file.get(), &last, 1, static_cast<off_t>(size - 1));
                   }) != 1)
    return false;
  return last != '\n';
}

fs::path kept_file(const fs::path& file, int number) {
  return fmt::format("{}.{}", file.native(), number);
}

}  // namespace

FileAuditSink::FileAuditSink(const Clock& clock, const JsonCodec& codec, fs::path file,
                             std::uint64_t rotation_bytes)
    : clock_(clock), codec_(codec), file_(std::move(file)), rotation_bytes_(rotation_bytes) {}

Result<void> FileAuditSink::record(const std::string& event, const JsonValue& data) {
  const JsonValue entry = JsonValue::Object{
      {"timestamp", format_rfc3339(clock_.now())}, {"event", event}, {"data", data}};
  return append(codec_.write(entry, JsonLayout::kCompact) + "\n").with_context("audit log");
}

Result<void> FileAuditSink::append(std::string_view line) {
  MINO_TRY(posix::PosixFileSystem().make_directories(file_.parent_path(), 0700));
  // Without it a line that another process is just writing would look torn, and both could rotate.
  MINO_ASSIGN(const posix::FileLock held,
              posix::FileLock::acquire(file_.native() + ".lock", kLockTimeout));
  MINO_ASSIGN(posix::UniqueFd file, open_for_append(file_));
  MINO_ASSIGN(std::uint64_t size, size_of(file, file_));
  if (size > 0 && size + line.size() > rotation_bytes_) {
    MINO_TRY(rotate());
    MINO_ASSIGN(file, open_for_append(file_));
    size = 0;
  }
  const std::string whole = (ends_torn(file, size) ? "\n" : "") + std::string(line);
  const ssize_t written =
      posix::retry([&] { return ::write(file.get(), whole.data(), whole.size()); });
  if (written < 0) return posix::file_error("writing", file_, errno);
  // A regular file takes less than it is given only when the disk is full.
  if (static_cast<std::size_t>(written) < whole.size())
    return posix::file_error("writing", file_, ENOSPC);
  return {};
}

Result<void> FileAuditSink::rotate() const {
  for (int number = kKeptFiles; number > 0; --number) {
    const fs::path from = number == 1 ? file_ : kept_file(file_, number - 1);
    const fs::path to = kept_file(file_, number);
    if (std::rename(from.c_str(), to.c_str()) == 0) continue;
    const int failed = errno;
    if (failed != ENOENT) return posix::file_error("rotating", from, failed);
  }
  return {};
}

}  // namespace mino::log
