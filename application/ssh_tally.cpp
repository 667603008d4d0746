#include "application/ssh_tally.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace mino::application {
namespace {

SshEvent without_texts(const SshEvent& event) {
  SshEvent bare;
  bare.kind = event.kind;
  bare.refusal = event.refusal;
  bare.purpose = event.purpose;
  return bare;
}

}  // namespace

std::vector<SshTally::Count> SshTally::add(const SshEvent& event, Time now) {
  Key key{event.kind, event.refusal, event.purpose, encode_ssh_event(event)};
  const bool is_kept = entries_.contains(key) || entries_.size() < kMaxKept;
  if (!is_kept) key.texts.clear();
  Entry& entry = entries_[key];
  entry.last = is_kept ? event : without_texts(event);
  ++entry.total;
  ++entry.unwritten;
  if (entry.total > kOneByOne && now < entry.written_at + kInterval) return {};
  entry.written_at = now;
  return {{entry.last, std::exchange(entry.unwritten, 0)}};
}

std::vector<SshTally::Count> SshTally::rest() {
  std::vector<Count> counts;
  for (auto& [key, entry] : entries_)
    if (entry.unwritten != 0) counts.push_back({entry.last, std::exchange(entry.unwritten, 0)});
  return counts;
}

std::vector<SshTally::Count> SshTally::refused() const {
  std::vector<Count> counts;
  for (const auto& [key, entry] : entries_)
    if (key.kind == SshEvent::Kind::kRefused) counts.push_back({entry.last, entry.total});
  std::ranges::stable_sort(counts, std::ranges::greater(), &Count::times);
  return counts;
}

}  // namespace mino::application
