#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/cache_store.hpp"
#include "ports/process_table.hpp"

namespace mino::fakes {

/// Records in memory.
class FakeCacheStore final : public CacheStore {
 public:
  explicit FakeCacheStore(const ProcessTable& processes) : processes_(processes) {}

  [[nodiscard]] Result<bool> exists() const override { return exists_ || !records.empty(); }
  [[nodiscard]] Result<CacheListing> list() const override {
    return select([](const CacheName&) { return true; });
  }
  [[nodiscard]] Result<CacheListing> generations(
      const std::vector<CacheName>& names) const override {
    return select([&names](const CacheName& name) {
      return std::ranges::any_of(names, [&name](const CacheName& wanted) {
        return wanted.ecosystem == name.ecosystem && wanted.hash == name.hash;
      });
    });
  }
  [[nodiscard]] Result<std::vector<CacheRecord>> hold(const CacheHolder& holder,
                                                      const std::vector<CacheRecord>& wanted,
                                                      Timestamp now) override {
    exists_ = true;
    std::vector<CacheRecord> held;
    for (const CacheRecord& want : wanted) {
      if (unreadable.erase(want.volume) > 0) records.erase(want.volume);
      CacheRecord& record = records.try_emplace(want.volume, want).first->second;
      record.last_used_at = now;
      record.updated_at = now;
      std::erase_if(record.holders, [&](const CacheHolder& other) {
        return other.session_id == holder.session_id || !processes_.alive(other.owner);
      });
      record.holders.push_back(holder);
      held.push_back(record);
    }
    return held;
  }
  [[nodiscard]] Result<void> made(const std::vector<std::string>& volumes, Timestamp now) override {
    for (const std::string& volume : volumes) {
      const auto found = records.find(volume);
      if (found == records.end()) continue;
      found->second.state = CacheState::kBuilding;
      found->second.size_bytes.reset();
      found->second.measured_at.reset();
      found->second.updated_at = now;
    }
    return {};
  }
  [[nodiscard]] Result<void> release(const std::string& session_id,
                                     const std::vector<std::string>& volumes, CacheUse use,
                                     Timestamp now) override {
    for (const std::string& volume : volumes) {
      const auto found = records.find(volume);
      if (found == records.end()) continue;
      CacheRecord& record = found->second;
      std::erase_if(record.holders, [&session_id](const CacheHolder& holder) {
        return holder.session_id == session_id;
      });
      record.last_used_at = now;
      record.updated_at = now;
      if (use == CacheUse::kFinished && record.state != CacheState::kMiss)
        record.state = CacheState::kComplete;
    }
    return {};
  }
  [[nodiscard]] Result<void> evict(const std::string& volume,
                                   const std::function<Result<void>()>& remove) override {
    const auto found = records.find(volume);
    if (found != records.end() && !living(found->second).holders.empty())
      return Error(ErrorCode::kBusy, volume + " is used by a session");
    MINO_TRY(remove());
    records.erase(volume);
    unreadable.erase(volume);
    return {};
  }
  [[nodiscard]] Result<void> measured(const std::map<std::string, std::uint64_t>& sizes,
                                      Timestamp now) override {
    for (const auto& [volume, bytes] : sizes) {
      const auto found = records.find(volume);
      if (found == records.end()) continue;
      found->second.size_bytes = bytes;
      found->second.measured_at = now;
    }
    return {};
  }
  [[nodiscard]] Result<void> adopt(const std::vector<CacheRecord>& adopted) override {
    exists_ = true;
    for (const CacheRecord& record : adopted) records.try_emplace(record.volume, record);
    return {};
  }

  std::map<std::string, CacheRecord> records;  ///< by volume
  std::set<std::string> unreadable;            ///< volumes whose record cannot be understood

 private:
  [[nodiscard]] CacheRecord living(CacheRecord record) const {
    std::erase_if(record.holders,
                  [this](const CacheHolder& holder) { return !processes_.alive(holder.owner); });
    return record;
  }
  [[nodiscard]] CacheListing select(const std::function<bool(const CacheName&)>& wanted) const {
    CacheListing listing;
    for (const auto& [volume, record] : records) {
      const auto name = parse_cache_name(volume);
      if (!name || !wanted(*name)) continue;
      if (unreadable.contains(volume)) {
        listing.unreadable.push_back(
            {volume + ".json", Error(ErrorCode::kCorrupt, volume + " cannot be understood")});
        CacheRecord told = new_cache_record(*name, name->suffix.empty() ? 0 : 1, {}, {});
        told.state = CacheState::kBuilding;
        listing.records.push_back(std::move(told));
      } else {
        listing.records.push_back(living(record));
      }
    }
    return listing;
  }

  const ProcessTable& processes_;
  bool exists_ = false;
};

}  // namespace mino::fakes
