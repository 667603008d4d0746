#pragma once

#include <string>
#include <vector>

#include "domain/cache/planned_cache.hpp"
#include "ports/cache_store.hpp"
#include "ports/clock.hpp"
#include "ports/engine_storage.hpp"
#include "ports/lockfile_reader.hpp"
#include "ports/notices.hpp"
#include "ports/random_source.hpp"

namespace mino::application {

/// Looks for a project's lockfiles and for what is remembered about the caches that they name.
/// Nothing that is wrong with them keeps a run from starting.
class FindCaches {
 public:
  /// Borrowed: each outlives this.
  struct Ports {
    const LockfileReader& lockfiles;
    CacheStore& store;
    EngineStorage& storage;
    const Clock& clock;
    RandomSource& random;
    Notices& notices;
  };
  /// Whether caches that only their volumes' labels tell of may be noted, when nothing is known
  /// about any yet. Costs one process of the engine then.
  enum class Adopt { kNo, kYes };

  explicit FindCaches(const Ports& ports) : ports_(ports) {}

  /// `project` is canonical, `project_digest` the SHA-256 of it in hex.
  [[nodiscard]] CacheFacts execute(const std::string& project, const std::string& project_digest,
                                   Adopt adopt);

 private:
  void find_lockfiles(const std::string& project, CacheFacts& facts) const;
  void adopt_labelled();

  Ports ports_;
};

/// The records of the volumes that only their labels tell of.
[[nodiscard]] std::vector<CacheRecord> labelled_caches(const std::vector<StoredVolume>& volumes,
                                                       Timestamp now);

}  // namespace mino::application
