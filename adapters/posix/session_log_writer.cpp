#include "adapters/posix/session_log_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::posix {
namespace fs = std::filesystem;
namespace {

/// Records are gathered up to this size before they are written.
constexpr std::size_t kFlushBytes = std::size_t{64} * 1024;

}  // namespace

fs::path older_log_segment(const fs::path& log) { return log.native() + ".1"; }

SessionLogWriter::SessionLogWriter(fs::path log, std::uint64_t segment_bytes)
    : log_(std::move(log)), segment_bytes_(segment_bytes) {
  buffer_.reserve(kFlushBytes + kMaxLogRecordBytes);
}

Result<SessionLogWriter> SessionLogWriter::create(const fs::path& log, std::uint64_t max_bytes) {
  SessionLogWriter writer(log, std::max(max_bytes, kLeastBytes) / 2);
  for (const fs::path& segment : {log, older_log_segment(log)}) {
    if (::unlink(segment.c_str()) == 0) continue;
    const int failed = errno;
    if (failed != ENOENT) return file_error("removing", segment, failed);
  }
  MINO_TRY(writer.open_segment());
  return writer;
}

Result<void> SessionLogWriter::open_segment() {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd file(retry([&] { return ::open(log_.c_str(), kFlags, S_IRUSR | S_IWUSR); }));
  if (!file) return file_error("creating", log_, errno);
  file_ = std::move(file);
  written_bytes_ = 0;
  torn_ = false;
  return {};
}

Result<void> SessionLogWriter::append(LogStream stream, std::string_view bytes, Timestamp now) {
  const LogEncoder encoder(stream, now);
  Result<void> result;
  while (!bytes.empty() && result) {
    bytes.remove_prefix(encoder.encode(bytes, buffer_));
    if (buffer_.size() >= kFlushBytes || bytes.empty()) result = flush();
  }
  if (result || std::exchange(reported_, true)) return {};
  return result;
}

Result<void> SessionLogWriter::rotate() {
  // The older segment goes first: ext4 writes a file out to the disk at once when it is renamed
  // over another one, which makes the rotation of a busy log several times slower. Both files may
  // be missing, if somebody removed them or if the next segment could not be made the last time.
  const fs::path older = older_log_segment(log_);
  if (::unlink(older.c_str()) != 0) {
    const int failed = errno;
    if (failed != ENOENT) return file_error("removing", older, failed);
  }
  if (std::rename(log_.c_str(), older.c_str()) != 0) {
    const int failed = errno;
    if (failed != ENOENT) return file_error("rotating", log_, failed);
  }
  return open_segment();
}

Result<void> SessionLogWriter::write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = retry([&] { return ::write(file_.get(), bytes.data(), bytes.size()); });
    if (written < 0) return file_error("writing", log_, errno);
    torn_ = static_cast<std::size_t>(written) < bytes.size();
    written_bytes_ += static_cast<std::size_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> SessionLogWriter::flush() {
  Result<void> result;
  if (written_bytes_ + buffer_.size() > segment_bytes_) result = rotate();
  // The newline keeps the next record apart from the torn one, which readers leave out.
  if (result && torn_) result = write_out("\n");
  if (result) result = write_out(buffer_);
  buffer_.clear();
  return result;
}

}  // namespace mino::posix
