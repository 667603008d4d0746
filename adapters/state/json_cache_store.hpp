#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ports/cache_store.hpp"
#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"
#include "ports/process_table.hpp"

namespace mino::state {

/// CacheStore with one JSON file (0600) a volume in `directory` (0700). Two locks: `.lock` for the
/// records, held for as long as they are read and written, and `.evicting`, held for as long as a
/// volume is being removed; whoever wants both takes the latter first.
class JsonCacheStore final : public CacheStore {
 public:
  /// All outlive the store.
  struct Ports {
    FileSystem& files;
    const JsonCodec& json;
    const ProcessTable& processes;
  };
  JsonCacheStore(Ports ports, std::filesystem::path directory);

  [[nodiscard]] Result<bool> exists() const override;
  [[nodiscard]] Result<CacheListing> list() const override;
  [[nodiscard]] Result<CacheListing> generations(
      const std::vector<CacheName>& names) const override;
  [[nodiscard]] Result<std::vector<CacheRecord>> hold(const CacheHolder& holder,
                                                      const std::vector<CacheRecord>& wanted,
                                                      Timestamp now) override;
  [[nodiscard]] Result<void> made(const std::vector<std::string>& volumes, Timestamp now) override;
  [[nodiscard]] Result<void> release(const std::string& session_id,
                                     const std::vector<std::string>& volumes, CacheUse use,
                                     Timestamp now) override;
  [[nodiscard]] Result<void> evict(const std::string& volume,
                                   const std::function<Result<void>()>& remove) override;
  [[nodiscard]] Result<void> measured(const std::map<std::string, std::uint64_t>& sizes,
                                      Timestamp now) override;
  [[nodiscard]] Result<void> adopt(const std::vector<CacheRecord>& records) override;

 private:
  enum class Evicting { kRespected, kOver };
  using Change = std::function<void(CacheRecord&)>;

  [[nodiscard]] std::filesystem::path file_of(const std::string& volume) const;
  /// With the living holders only. Nothing when there is none.
  [[nodiscard]] Result<std::optional<CacheRecord>> read(const std::string& volume) const;
  /// Nothing as well when it cannot be understood.
  [[nodiscard]] Result<std::optional<CacheRecord>> read_known(const std::string& volume) const;
  [[nodiscard]] Result<void> write(const CacheRecord& record);
  /// Those of the files whose name `is_wanted`.
  [[nodiscard]] Result<CacheListing> read_all(
      const std::function<bool(const CacheName&)>& is_wanted) const;
  /// Under the lock: nothing when one is being evicted and that is to be respected.
  [[nodiscard]] Result<std::optional<std::vector<CacheRecord>>> try_hold(
      const CacheHolder& holder, const std::vector<CacheRecord>& wanted, Timestamp now,
      Evicting evicting);
  /// Changes those of the volumes that have a record, under the lock.
  [[nodiscard]] Result<void> change(const std::vector<std::string>& volumes, const Change& change);
  /// Marks the record as being evicted; kBusy when it is held.
  [[nodiscard]] Result<void> begin_eviction(const std::string& volume);
  [[nodiscard]] Result<void> abandon_eviction(const std::string& volume);
  void remove_temporaries();

  Ports ports_;
  std::filesystem::path directory_;
};

}  // namespace mino::state
