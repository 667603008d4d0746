#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"
#include "domain/session/log_format.hpp"

namespace mino::posix {

/// The older half of a log.
[[nodiscard]] std::filesystem::path older_log_segment(const std::filesystem::path& log);

/// Writes a session's log in two segments, `log` and `log.1`. When the newer one is full it
/// replaces the older one, so that the newest records are kept and their size is bounded. One
/// writer a log.
class SessionLogWriter {
 public:
  static constexpr std::uint64_t kLeastBytes = std::uint64_t{256} * 1024;

  /// Starts an empty log (0600) and removes what an earlier session of that name left. The
  /// directory must exist. Both segments together stay below `max_bytes`, or kLeastBytes if that is
  /// more.
  [[nodiscard]] static Result<SessionLogWriter> create(const std::filesystem::path& log,
                                                       std::uint64_t max_bytes);

  /// Writes what was read from one stream at `now`, in one or a few large writes. Only the first
  /// failure is returned; later calls try again (the disk may have room by then) and stay silent.
  [[nodiscard]] Result<void> append(LogStream stream, std::string_view bytes, Timestamp now);

 private:
  SessionLogWriter(std::filesystem::path log, std::uint64_t segment_bytes);
  [[nodiscard]] Result<void> open_segment();
  [[nodiscard]] Result<void> rotate();
  [[nodiscard]] Result<void> write_out(std::string_view bytes);
  [[nodiscard]] Result<void> flush();

  std::filesystem::path log_;
  std::uint64_t segment_bytes_;
  std::uint64_t written_bytes_ = 0;
  UniqueFd file_;
  std::string buffer_;
  bool torn_ = false;      ///< the last record in the file is incomplete
  bool reported_ = false;  ///< a failure was returned
};

}  // namespace mino::posix
