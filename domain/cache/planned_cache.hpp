#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/cache/cache_record.hpp"
#include "domain/cache/cache_state.hpp"

namespace mino {

/// A lockfile in a project's root.
struct Lockfile {
  std::string ecosystem;
  std::string file;  ///< its name
  std::string hash;  ///< kCacheHashDigits of the SHA-256 of its bytes
  bool operator==(const Lockfile&) const = default;
};

/// What was found out about the caches of a project before a run is decided.
struct CacheFacts {
  std::vector<Lockfile> lockfiles;   ///< one an ecosystem
  std::vector<CacheRecord> records;  ///< all generations of the caches that these and the project
                                     ///< name
  std::string fresh_suffix;          ///< eight hexadecimal digits that no volume has yet
  std::vector<std::string> warnings;
  bool operator==(const CacheFacts&) const = default;
};

/// A cache that a box gets.
struct PlannedCache {
  CacheName name;
  std::int64_t generation = 0;
  std::string lockfile;  ///< its name in the project; empty for the project's volume
  std::string target;    ///< in the box
  CacheState state = CacheState::kMiss;  ///< as known when the run was decided
  std::optional<std::string> project;    ///< canonical path; of the project's volume only
  bool operator==(const PlannedCache&) const = default;
};

}  // namespace mino
