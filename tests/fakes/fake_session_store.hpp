#pragma once

#include <algorithm>
#include <map>
#include <utility>

#include "ports/session_store.hpp"

namespace mino::fakes {

/// Records in memory. Any of them can be made unreadable.
class FakeSessionStore final : public SessionStore {
 public:
  /// The record of that name is there but cannot be read.
  void corrupt(const SessionName& name) {
    records_.erase(name);
    corrupt_.insert_or_assign(name, Error(ErrorCode::kCorrupt, name.str() + ".json: invalid JSON"));
  }
  /// What every call returns while set.
  std::optional<Error> failure;

  [[nodiscard]] Result<void> create(const SessionRecord& record) override {
    if (failure) return *failure;
    if (corrupt_.contains(record.name)) return corrupt_.at(record.name);
    const auto old = records_.find(record.name);
    if (old != records_.end() && is_live(old->second.status)) {
      return Error(ErrorCode::kAlreadyExists, "session " + record.name.str() + " is already live");
    }
    records_.insert_or_assign(record.name, record);
    return {};
  }
  [[nodiscard]] Result<std::optional<SessionRecord>> load(const SessionName& name) const override {
    if (failure) return *failure;
    if (corrupt_.contains(name)) return corrupt_.at(name);
    const auto found = records_.find(name);
    if (found == records_.end()) return std::optional<SessionRecord>();
    return std::optional(found->second);
  }
  [[nodiscard]] Result<SessionListing> list() const override {
    if (failure) return *failure;
    SessionListing listing;
    for (const auto& [name, record] : records_) listing.records.push_back(record);
    std::ranges::stable_sort(listing.records, std::ranges::greater(), &SessionRecord::created_at);
    for (const auto& [name, error] : corrupt_)
      listing.unreadable.push_back({name.str() + ".json", error});
    return listing;
  }
  [[nodiscard]] Result<SessionRecord> update(
      const SessionName& name, const std::string& id,
      const std::function<bool(SessionRecord&)>& change) override {
    if (failure) return *failure;
    if (corrupt_.contains(name)) return corrupt_.at(name);
    const auto found = records_.find(name);
    if (found == records_.end() || found->second.id != id)
      return Error(ErrorCode::kNotFound, "there is no session " + name.str());
    SessionRecord changed = found->second;
    if (change(changed)) found->second = changed;
    return changed;
  }
  [[nodiscard]] Result<void> remove(const SessionName& name, const std::string& id) override {
    if (failure) return *failure;
    if (corrupt_.contains(name)) return corrupt_.at(name);
    const auto found = records_.find(name);
    if (found != records_.end() && found->second.id == id) records_.erase(found);
    return {};
  }

 private:
  std::map<SessionName, SessionRecord> records_;
  std::map<SessionName, Error> corrupt_;
};

}  // namespace mino::fakes
