#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "domain/network/egress_event.hpp"

namespace mino::application {

/// Counts what a box did not reach, and says when how much of it is to be written down: a
/// destination's first failure at once, repeats after a minute. Destinations are kept apart up to a
/// bound; a box may ask for any number of them.
class EgressTally {
 public:
  using Time = std::chrono::system_clock::time_point;
  static constexpr std::size_t kMaxKept = 1024;
  static constexpr std::chrono::seconds kInterval{60};
  /// In the place of the host of all that was not kept apart; no name of a host.
  static constexpr char kOthers[] = "*";

  /// Several events of one kind, host, port and reason; `event` is the last of them.
  struct Count {
    EgressEvent event;
    std::uint64_t times = 0;
  };

  /// Counts one event of kind kDenied or kFailed. Returns what is to be written now: the events not
  /// written before.
  [[nodiscard]] std::vector<Count> add(const EgressEvent& event, Time now);
  /// All that add() has not returned; nothing the second time.
  [[nodiscard]] std::vector<Count> rest();
  /// Everything of kind kDenied, the most frequent first.
  [[nodiscard]] std::vector<Count> denied() const;

 private:
  struct Key {
    EgressEvent::Kind kind;
    std::string host;
    std::uint16_t port;
    DenyReason reason;
    auto operator<=>(const Key&) const = default;
  };
  struct Entry {
    EgressEvent last;
    std::uint64_t total = 0;
    std::uint64_t unwritten = 0;
    Time written_at{};
  };

  [[nodiscard]] Entry& entry_of(const EgressEvent& event);
  [[nodiscard]] std::vector<Count> take_due(Time now);

  std::map<Key, Entry> entries_;
  Time due_ = Time::max();  ///< when the first entry with something unwritten is to be written
};

}  // namespace mino::application
