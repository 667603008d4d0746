#include "application/egress_tally.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace mino::application {

std::vector<EgressTally::Count> EgressTally::add(const EgressEvent& event, Time now) {
  Entry& entry = entry_of(event);
  const bool is_first = entry.total == 0;
  const bool is_kept = entry.last.host != kOthers;
  entry.last = event;
  if (!is_kept) {
    entry.last.host = kOthers;
    entry.last.port = 0;
    entry.last.rule.clear();
    entry.last.detail.clear();
  }
  ++entry.total;
  if (is_first) {
    entry.written_at = now;
    return {{entry.last, 1}};
  }
  ++entry.unwritten;
  due_ = std::min(due_, entry.written_at + kInterval);
  return now < due_ ? std::vector<Count>() : take_due(now);
}

std::vector<EgressTally::Count> EgressTally::rest() {
  std::vector<Count> counts;
  for (auto& [key, entry] : entries_)
    if (entry.unwritten != 0) counts.push_back({entry.last, std::exchange(entry.unwritten, 0)});
  due_ = Time::max();
  return counts;
}

std::vector<EgressTally::Count> EgressTally::denied() const {
  std::vector<Count> counts;
  for (const auto& [key, entry] : entries_)
    if (key.kind == EgressEvent::Kind::kDenied) counts.push_back({entry.last, entry.total});
  std::ranges::stable_sort(counts, std::ranges::greater(), &Count::times);
  return counts;
}

EgressTally::Entry& EgressTally::entry_of(const EgressEvent& event) {
  const bool is_denied = event.kind == EgressEvent::Kind::kDenied;
  Key key{event.kind, event.host, event.port, is_denied ? event.reason : DenyReason::kNoRule};
  if (const auto found = entries_.find(key); found != entries_.end()) return found->second;
  if (entries_.size() >= kMaxKept) {
    key.host = kOthers;
    key.port = 0;
  }
  Entry& entry = entries_[key];
  entry.last.host = key.host;
  return entry;
}

std::vector<EgressTally::Count> EgressTally::take_due(Time now) {
  std::vector<Count> counts;
  due_ = Time::max();
  for (auto& [key, entry] : entries_) {
    if (entry.unwritten == 0) continue;
    if (entry.written_at + kInterval <= now) {
      counts.push_back({entry.last, std::exchange(entry.unwritten, 0)});
      entry.written_at = now;
    } else {
      due_ = std::min(due_, entry.written_at + kInterval);
    }
  }
  return counts;
}

}  // namespace mino::application
