#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "domain/ssh/ssh_event.hpp"

namespace mino::application {

/// Counts what a box did with the SSH agent, and says when how much of it is to be written down:
/// the first uses of a kind one by one, those that follow once a minute with their number, so that
/// a box cannot push the rest out of the audit log. Kinds are kept apart up to a bound.
class SshTally {
 public:
  using Time = std::chrono::system_clock::time_point;
  static constexpr std::size_t kMaxKept = 512;
  static constexpr std::uint64_t kOneByOne = 100;
  static constexpr std::chrono::seconds kInterval{60};

  struct Count {
    SshEvent event;  ///< the last of them; without texts when its kind was not kept apart
    std::uint64_t times = 0;
  };

  /// Returns what is to be written now.
  [[nodiscard]] std::vector<Count> add(const SshEvent& event, Time now);
  /// All that add() has not returned; nothing the second time.
  [[nodiscard]] std::vector<Count> rest();
  /// Everything that was refused, the most frequent first.
  [[nodiscard]] std::vector<Count> refused() const;

 private:
  struct Key {
    SshEvent::Kind kind;
    SshRefusal refusal;
    SshEvent::Purpose purpose;
    std::string texts;
    auto operator<=>(const Key&) const = default;
  };
  struct Entry {
    SshEvent last;
    std::uint64_t total = 0;
    std::uint64_t unwritten = 0;
    Time written_at{};
  };

  std::map<Key, Entry> entries_;
};

}  // namespace mino::application
