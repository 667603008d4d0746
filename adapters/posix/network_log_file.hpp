#pragma once

#include <optional>

#include "adapters/posix/session_log_writer.hpp"
#include "ports/network_log.hpp"

namespace mino::posix {

/// A session log whose lines are mino's own.
class NetworkLogFile final : public NetworkLog {
 public:
  [[nodiscard]] Result<void> open(const std::filesystem::path& path,
                                  std::uint64_t max_bytes) override;
  [[nodiscard]] Result<void> append(std::string_view line,
                                    std::chrono::system_clock::time_point time) override;
  [[nodiscard]] Result<void> remove(const std::filesystem::path& path) override;

 private:
  std::optional<SessionLogWriter> writer_;
};

}  // namespace mino::posix
