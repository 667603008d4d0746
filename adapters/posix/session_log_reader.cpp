#include "adapters/posix/session_log_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/session_log_writer.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::posix {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} * 1024;

/// One open segment. Its descriptor stays good when the file is renamed or removed.
struct Segment {
  UniqueFd file;
  ino_t inode = 0;
  std::uint64_t size_bytes = 0;
};

Result<std::optional<Segment>> open_segment(const fs::path& path) {
  UniqueFd file(
      retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK); }));
  if (!file) {
    const int failed = errno;
    if (failed == ENOENT) return std::optional<Segment>();
    return file_error("opening", path, failed);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return file_error("reading", path, errno);
  if (!S_ISREG(status.st_mode))
    return Error(ErrorCode::kCorrupt, fmt::format("{} is not a regular file", path.native()));
  return std::optional(
      Segment{std::move(file), status.st_ino, static_cast<std::uint64_t>(status.st_size)});
}

/// Up to `size` bytes at `offset`; fewer at the end of the file.
Result<std::string> read_at(const Segment& segment, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t used = 0;
  while (used < size) {
    const auto at = static_cast<off_t>(offset + used);
    const ssize_t got =
        retry([&] { return ::pread(segment.file.get(), bytes.data() + used, size - used, at); });
    if (got < 0) return system_error("reading a session log", errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  bytes.resize(used);
  return bytes;
}

/// Where the tail begins in the segment, or nothing when it begins before it. Reads backwards,
/// block by block.
Result<std::optional<std::uint64_t>> find_tail_in(const Segment& segment, LogTail& tail) {
  std::uint64_t block_begin = segment.size_bytes;
  std::uint64_t looked_at = segment.size_bytes;  // everything behind it was looked at
  std::string cut;  // what lies between the block and that, the end of one record
  while (block_begin > 0) {
    const std::uint64_t block_end = block_begin;
    block_begin -= std::min<std::uint64_t>(block_end, kBlockBytes);
    MINO_ASSIGN(std::string bytes,
                read_at(segment, block_begin, static_cast<std::size_t>(block_end - block_begin)));
    bytes += cut;
    const LogWindow window = block_begin == 0 ? LogWindow::kWhole : LogWindow::kCutAtFront;
    if (const std::optional<std::size_t> found = find_tail(bytes, window, tail)) {
      return std::optional(*found == bytes.size() ? looked_at : block_begin + *found);
    }
    const std::size_t first_end = bytes.find('\n') + 1;
    if (first_end > 0) {
      looked_at = first_end == bytes.size() ? looked_at : block_begin + first_end;
      bytes.resize(first_end);
    }
    cut = std::move(bytes);
    // Nothing that long is a record; its end is enough to tell.
    if (cut.size() > kMaxLogRecordBytes) cut.erase(0, cut.size() - kMaxLogRecordBytes);
  }
  return std::optional<std::uint64_t>();
}

/// Turns segment bytes, cut anywhere, into the agent's bytes and hands these on in large pieces.
class Decoder {
 public:
  explicit Decoder(LogOutput& output) : output_(output) {}

  [[nodiscard]] bool wanted() const { return wanted_; }

  void feed(std::string_view bytes) {
    while (!bytes.empty() && wanted_) {
      const std::size_t newline = bytes.find('\n');
      if (newline == std::string_view::npos) {
        keep(bytes);
        return;
      }
      if (pending_.empty()) {
        decode(bytes.substr(0, newline));
      } else {
        keep(bytes.substr(0, newline));
        decode(pending_);
        pending_.clear();
      }
      bytes.remove_prefix(newline + 1);
    }
  }
  /// The segment ends here: what has no newline was never written to its end.
  void end_segment() { pending_.clear(); }
  void flush() {
    if (!batch_.empty() && wanted_)
      wanted_ = output_.write(stream_, batch_) == LogOutput::Wanted::kMore;
    batch_.clear();
  }

 private:
  void keep(std::string_view bytes) {
    // One byte more than a record may have is enough to see that it is none.
    pending_.append(
        bytes.substr(0, kMaxLogRecordBytes - std::min(pending_.size(), kMaxLogRecordBytes)));
  }
  void decode(std::string_view line) {
    const std::optional<LogRecord> record = parse_log_record(line);
    if (!record) return;
    if (record->stream != stream_ || batch_.size() >= kBlockBytes) flush();
    stream_ = record->stream;
    batch_ += record->text;
    if (record->piece == LogPiece::kFull) batch_ += '\n';
  }

  LogOutput& output_;
  LogStream stream_ = LogStream::kStdout;
  std::string pending_;
  std::string batch_;
  bool wanted_ = true;
};

/// One reading of one log.
class Reading {
 public:
  Reading(const fs::path& log, const LogQuery& query, LogOutput& output,
          std::chrono::milliseconds look_interval)
      : log_(log), query_(query), decoder_(output), look_interval_(look_interval) {}

  Result<void> run() {
    MINO_ASSIGN(bool opened, open());
    while (!opened) {
      const bool last_look = ended();
      MINO_ASSIGN(opened, open());
      if (!opened && last_look)
        return Error(ErrorCode::kNotFound, fmt::format("there is no log {}", log_.native()));
      if (!opened) std::this_thread::sleep_for(look_interval_);
    }
    MINO_TRY(seek_tail());
    for (;;) {
      // Asked before the look, so that what was written before the end is still seen.
      const bool last_look = ended();
      MINO_TRY(drain());
      if (last_look || !decoder_.wanted()) return {};
      std::this_thread::sleep_for(look_interval_);
    }
  }

 private:
  [[nodiscard]] bool ended() const { return !query_.has_ended || query_.has_ended(); }

  /// The newer segment is opened first: a rotation in between then shows as two names of one file.
  Result<bool> open() {
    MINO_ASSIGN(std::optional<Segment> newer, open_segment(log_));
    MINO_ASSIGN(std::optional<Segment> older, open_segment(older_log_segment(log_)));
    if (!newer && !older) return false;
    if (newer && older && newer->inode == older->inode) older.reset();
    if (!newer) newer = std::exchange(older, std::nullopt);
    current_ = std::move(*newer);
    older_ = std::move(older);
    return true;
  }

  Result<void> seek_tail() {
    if (query_.last_lines == 0) return start_at(0, 0);
    LogTail tail(query_.last_lines);
    MINO_ASSIGN(const std::optional<std::uint64_t> in_current, find_tail_in(current_, tail));
    if (in_current) return start_at(older_ ? older_->size_bytes : 0, *in_current);
    if (!older_) return start_at(0, 0);
    MINO_ASSIGN(const std::optional<std::uint64_t> in_older, find_tail_in(*older_, tail));
    return start_at(in_older.value_or(0), 0);
  }

  Result<void> start_at(std::uint64_t in_older, std::uint64_t in_current) {
    if (older_) {
      offset_ = in_older;
      std::swap(*older_, current_);
      MINO_TRY(read_to_end());
      decoder_.end_segment();
      std::swap(*older_, current_);
      older_.reset();
    }
    offset_ = in_current;
    return {};
  }

  Result<void> read_to_end() {
    while (decoder_.wanted()) {
      MINO_ASSIGN(const std::string bytes, read_at(current_, offset_, kBlockBytes));
      offset_ += bytes.size();
      decoder_.feed(bytes);
      if (bytes.size() < kBlockBytes) break;
    }
    return {};
  }

  /// Shows everything that is there, over any number of rotations.
  Result<void> drain() {
    for (;;) {
      MINO_ASSIGN(std::optional<Segment> next, next_segment());
      // Read only now: a segment that has a successor gets no more records.
      MINO_TRY(read_to_end());
      if (!next || !decoder_.wanted()) break;
      decoder_.end_segment();
      current_ = std::move(*next);
      offset_ = 0;
    }
    decoder_.flush();
    return {};
  }

  /// The segment behind the current one, if there was a rotation.
  Result<std::optional<Segment>> next_segment() {
    MINO_ASSIGN(std::optional<Segment> newer, open_segment(log_));
    if (!newer || newer->inode == current_.inode) return std::optional<Segment>();
    MINO_ASSIGN(std::optional<Segment> older, open_segment(older_log_segment(log_)));
    return older && older->inode != current_.inode ? std::move(older) : std::move(newer);
  }

  const fs::path& log_;
  const LogQuery& query_;
  Decoder decoder_;
  std::chrono::milliseconds look_interval_;
  Segment current_;
  std::optional<Segment> older_;
  std::uint64_t offset_ = 0;
};

}  // namespace

Result<void> SessionLogReader::read(const fs::path& log, const LogQuery& query, LogOutput& output) {
  return Reading(log, query, output, look_interval_).run();
}

Result<void> SessionLogReader::remove(const fs::path& log) {
  for (const fs::path& segment : {log, older_log_segment(log)}) {
    if (::unlink(segment.c_str()) == 0) continue;
    const int failed = errno;
    if (failed != ENOENT && failed != ENOTDIR) return file_error("removing", segment, failed);
  }
  return {};
}

}  // namespace mino::posix
