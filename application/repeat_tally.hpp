#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "domain/session/session_record.hpp"

namespace mino::application {

/// Counts events of few kinds that a box can cause at will, and says when how many of them are to
/// be written down: the first ones one by one, those that follow once a minute with their number,
/// so that a box cannot push the rest out of the audit log.
template <typename Kind>
class RepeatTally {
 public:
  static constexpr std::uint64_t kOneByOne = 100;
  static constexpr std::chrono::seconds kInterval{60};

  /// How many of this kind are to be written now, if any are.
  [[nodiscard]] std::optional<std::uint64_t> add(const Kind& kind, Timestamp now) {
    Entry& entry = entries_[kind];
    ++entry.total;
    ++entry.unwritten;
    if (entry.total > kOneByOne && now < entry.written_at + kInterval) return std::nullopt;
    entry.written_at = now;
    return std::exchange(entry.unwritten, 0);
  }
  /// All that add() has not given out; nothing the second time.
  [[nodiscard]] std::vector<std::pair<Kind, std::uint64_t>> rest() {
    std::vector<std::pair<Kind, std::uint64_t>> counts;
    for (auto& [kind, entry] : entries_)
      if (entry.unwritten != 0) counts.emplace_back(kind, std::exchange(entry.unwritten, 0));
    return counts;
  }

 private:
  struct Entry {
    std::uint64_t total = 0;
    std::uint64_t unwritten = 0;
    Timestamp written_at{};
  };
  std::map<Kind, Entry> entries_;
};

}  // namespace mino::application
