#pragma once

#include <optional>
#include <string>
#include <vector>

#include "application/find_caches.hpp"
#include "ports/digest.hpp"

namespace mino::application {

/// The caches that a run in a project would use, by what the project's lockfiles name.
class ProjectCaches {
 public:
  struct Item {
    std::string ecosystem;  ///< or kProjectCache
    std::string lockfile;   ///< empty for the project's own volume
    std::string hash;
    std::string volume;
    std::string target;  ///< in the box
    CacheState state = CacheState::kMiss;
    std::optional<CacheRecord> record;  ///< nothing: not known yet
  };
  struct Response {
    std::vector<Item> items;  ///< empty when the project has no lockfile
    std::vector<std::string> warnings;
    std::uint64_t total_bytes = 0;  ///< of all caches of all projects, as far as measured
  };

  /// All outlive this.
  ProjectCaches(FindCaches& find, const CacheStore& store, EngineStorage& storage,
                const Digest& digest)
      : find_(find), store_(store), storage_(storage), digest_(digest) {}

  /// `project` is canonical. Starts no process once the engine is known.
  [[nodiscard]] Result<Response> execute(const std::string& project);

 private:
  FindCaches& find_;
  const CacheStore& store_;
  EngineStorage& storage_;
  const Digest& digest_;
};

}  // namespace mino::application
