#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "domain/cache/cache_record.hpp"
#include "domain/result.hpp"
#include "ports/session_store.hpp"

namespace mino {

/// Records of caches. A holder whose process is gone is none: it is left out of what is returned.
struct CacheListing {
  std::vector<CacheRecord> records;  ///< by volume
  std::vector<UnreadableRecord> unreadable;
};

/// How the use of a cache ended.
enum class CacheUse {
  kFinished,    ///< what was to be put into it is there
  kUnfinished,  ///< perhaps not
};

/// What mino remembers about volumes with caches, one record each. Writes are atomic and happen
/// under a lock, on which each call blocks ten seconds at most (kTimeout). A record that cannot be
/// read counts as unknown: it is replaced when its volume is used next, and never makes a volume go
/// away.
class CacheStore {
 public:
  CacheStore() = default;
  CacheStore(const CacheStore&) = delete;
  CacheStore& operator=(const CacheStore&) = delete;
  virtual ~CacheStore() = default;

  /// Whether anything was ever kept here.
  [[nodiscard]] virtual Result<bool> exists() const = 0;
  [[nodiscard]] virtual Result<CacheListing> list() const = 0;
  /// Those whose ecosystem and hash are among `names`, whatever their suffix. Reads no other
  /// record. Of an unreadable one what its name tells is among the records too, as building.
  [[nodiscard]] virtual Result<CacheListing> generations(
      const std::vector<CacheName>& names) const = 0;
  /// Notes that `holder` uses these volumes from `now` on; makes the records that are missing, with
  /// what `wanted` says. The records as they are then: one in the state kMiss is to be made.
  /// Waits for an eviction of one of them to end, thirty seconds at most.
  [[nodiscard]] virtual Result<std::vector<CacheRecord>> hold(
      const CacheHolder& holder, const std::vector<CacheRecord>& wanted, Timestamp now) = 0;
  /// These volumes were made, or made again.
  [[nodiscard]] virtual Result<void> made(const std::vector<std::string>& volumes,
                                          Timestamp now) = 0;
  /// The session uses these volumes no more. One that has no record is passed over.
  [[nodiscard]] virtual Result<void> release(const std::string& session_id,
                                             const std::vector<std::string>& volumes, CacheUse use,
                                             Timestamp now) = 0;
  /// Calls `remove` while nobody can begin to use the volume, and forgets it when that succeeded.
  /// kBusy, without the call, when a session holds it.
  [[nodiscard]] virtual Result<void> evict(const std::string& volume,
                                           const std::function<Result<void>()>& remove) = 0;
  /// Remembers sizes, in bytes, of the volumes that have a record.
  [[nodiscard]] virtual Result<void> measured(const std::map<std::string, std::uint64_t>& sizes,
                                              Timestamp now) = 0;
  /// Keeps these records unless their volumes are known. Afterwards exists().
  [[nodiscard]] virtual Result<void> adopt(const std::vector<CacheRecord>& records) = 0;
};

}  // namespace mino
