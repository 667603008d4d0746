#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "domain/result.hpp"

namespace mino {

/// The log of what a session's network did, in the form that SessionLog reads.
class NetworkLog {
 public:
  NetworkLog() = default;
  NetworkLog(const NetworkLog&) = delete;
  NetworkLog& operator=(const NetworkLog&) = delete;
  virtual ~NetworkLog() = default;

  /// Starts an empty log in the place of what an earlier session of that name left, making its
  /// directory (0700) if need be. Of the lines to come the newest are kept, at most `max_bytes`
  /// together or as much as the log keeps at least.
  [[nodiscard]] virtual Result<void> open(const std::filesystem::path& path,
                                          std::uint64_t max_bytes) = 0;
  /// Adds one line, given without a line feed; only after open(). Only the first failure is
  /// returned; later calls try again and stay silent.
  [[nodiscard]] virtual Result<void> append(std::string_view line,
                                            std::chrono::system_clock::time_point time) = 0;
  /// Removes the log of an earlier session. A missing one is success.
  [[nodiscard]] virtual Result<void> remove(const std::filesystem::path& path) = 0;
};

}  // namespace mino
