#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "application/audit_writer.hpp"
#include "application/cache_inventory.hpp"
#include "application/volume_remover.hpp"
#include "domain/cache/eviction.hpp"
#include "ports/notices.hpp"

namespace mino::application {

/// Removes caches that nobody needs any more, and the home volumes of projects that are gone.
class CollectCaches {
 public:
  /// Borrowed: each outlives this.
  struct Ports {
    CacheStore& store;
    EngineStorage& storage;
    const FileSystem& files;
    const Clock& clock;
    Notices& notices;
  };
  enum class Mode {
    kCollect,
    kShow,  ///< changes nothing, what is remembered about sizes included
  };
  struct Request {
    CollectionPolicy policy;
    Mode mode = Mode::kCollect;
    std::uint32_t user_id = 0;  ///< whose projects are looked for
  };
  struct Response {
    std::vector<Eviction> evictions;  ///< those that happened, or would
    std::uint64_t total_bytes = 0;    ///< of the caches that are left, as far as measured
  };

  CollectCaches(const Ports& ports, const TakeCacheInventory& inventory, VolumeRemover& remover)
      : ports_(ports), inventory_(inventory), remover_(remover) {}

  /// What cannot be removed is a warning, one in use is passed over.
  [[nodiscard]] Result<Response> execute(const Request& request);

 private:
  [[nodiscard]] Result<void> measure(CacheInventory& inventory, const Request& request);
  [[nodiscard]] Result<std::vector<CollectableVolume>> candidates(const CacheInventory& inventory,
                                                                  const Request& request) const;
  [[nodiscard]] bool is_gone(const std::filesystem::path& project, std::uint32_t user_id) const;
  void forget_missing(const CacheInventory& inventory);

  Ports ports_;
  const TakeCacheInventory& inventory_;
  VolumeRemover& remover_;
};

}  // namespace mino::application
