#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/cache/cache_state.hpp"
#include "domain/cache/ecosystem.hpp"
#include "domain/json_value.hpp"
#include "domain/result.hpp"
#include "domain/session/process_identity.hpp"
#include "domain/session/session_record.hpp"

namespace mino {

/// A session that uses a cache, as long as its owner lives.
struct CacheHolder {
  std::string session_id;
  std::string session;  ///< its name
  ProcessIdentity owner;
  bool operator==(const CacheHolder&) const = default;
};

/// What mino remembers about one volume with a cache. Podman cannot change a volume's labels, so
/// this is the truth, and the labels are what it can be made from again.
struct CacheRecord {
  static constexpr std::int64_t kSchema = 1;

  std::string volume{};
  std::string ecosystem{};      ///< or kProjectCache
  std::string hash{};           ///< of the lockfile, or of the project's path
  std::int64_t generation = 0;  ///< the highest one of an ecosystem and hash is in use
  CacheState state = CacheState::kMiss;
  std::optional<std::string> project{};  ///< canonical path; of project volumes only
  Timestamp created_at{};
  Timestamp updated_at{};
  Timestamp last_used_at{};
  std::vector<CacheHolder> holders{};
  std::optional<std::uint64_t> size_bytes{};  ///< when it was measured last
  std::optional<Timestamp> measured_at{};
  bool evicting = false;  ///< somebody removes the volume right now, or was killed while doing so

  bool operator==(const CacheRecord&) const = default;
};

/// `schema` 1; members in a fixed order, times RFC 3339.
[[nodiscard]] JsonValue to_json(const CacheRecord& record);
/// kCorrupt when it is no record of that form; kNewerSchema when `schema` is above kSchema.
[[nodiscard]] Result<CacheRecord> cache_record_from_json(const JsonValue& json);

/// A new record of a volume that is still to be made, used now.
[[nodiscard]] CacheRecord new_cache_record(const CacheName& name, std::int64_t generation,
                                           std::optional<std::string> project, Timestamp now);

/// What the volume is labelled with.
[[nodiscard]] std::map<std::string, std::string> labels_of(const CacheRecord& record);
/// The record of a volume that only its labels tell of, as if it had been used now: when it really
/// was is not known. Nothing when it is not one of mino's caches.
[[nodiscard]] std::optional<CacheRecord> cache_record_from_labels(
    const std::string& volume, const std::map<std::string, std::string>& labels, Timestamp now);

/// The record that holds among those of one ecosystem and hash: the latest generation. Null when
/// there is none.
[[nodiscard]] const CacheRecord* current_generation(const std::vector<CacheRecord>& records,
                                                    std::string_view ecosystem,
                                                    std::string_view hash);

}  // namespace mino
