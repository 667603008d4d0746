#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/check.hpp"
#include "ports/network_log.hpp"

namespace mino::fakes {

/// Logs in memory: their lines.
class FakeNetworkLog final : public NetworkLog {
 public:
  using Time = std::chrono::system_clock::time_point;

  [[nodiscard]] Result<void> open(const std::filesystem::path& path,
                                  std::uint64_t max_bytes) override {
    current_.reset();
    if (failure) return *failure;
    logs[path].clear();
    bound_bytes = max_bytes;
    current_ = path;
    return {};
  }
  [[nodiscard]] Result<void> append(std::string_view line, Time /*time*/) override {
    MINO_CHECK(current_);
    if (append_failure) {
      if (std::exchange(reported_, true)) return {};
      return *append_failure;
    }
    logs[*current_].emplace_back(line);
    return {};
  }
  [[nodiscard]] Result<void> remove(const std::filesystem::path& path) override {
    if (failure) return *failure;
    logs.erase(path);
    return {};
  }

  std::map<std::filesystem::path, std::vector<std::string>> logs;
  std::uint64_t bound_bytes = 0;        ///< of the last open()
  std::optional<Error> failure;         ///< of open() and remove() while set
  std::optional<Error> append_failure;  ///< of append() while set

 private:
  std::optional<std::filesystem::path> current_;
  bool reported_ = false;
};

}  // namespace mino::fakes
