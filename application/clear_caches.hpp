#pragma once

#include <optional>
#include <string>
#include <vector>

#include "application/audit_writer.hpp"
#include "application/cache_inventory.hpp"
#include "application/volume_remover.hpp"

namespace mino::application {

/// Removes all caches, home volumes or images of mino's that nothing uses, because the user says
/// so.
class ClearCaches {
 public:
  /// Borrowed: each outlives this.
  struct Ports {
    EngineStorage& storage;
    AuditSink& audit;
    Notices& notices;
  };
  enum class Target { kVolumes, kHomes, kImages };
  struct Item {
    Target target = Target::kVolumes;
    std::string name;       ///< of the volume, or of the image with its tag
    std::string what;       ///< for a person: "npm cache, complete"
    std::string in_use_by;  ///< empty: by nobody
    std::optional<std::uint64_t> size_bytes;
  };
  /// What happened to an item.
  struct Outcome {
    Item item;
    std::optional<Error> error;  ///< kBusy: it is in use after all
  };

  ClearCaches(const Ports& ports, const TakeCacheInventory& inventory, VolumeRemover& remover)
      : ports_(ports),
        inventory_(inventory),
        remover_(remover),
        audit_(ports.audit, ports.notices) {}

  /// What there is of these kinds. Changes nothing.
  [[nodiscard]] Result<std::vector<Item>> plan(const std::vector<Target>& targets) const;
  /// Removes those that are in use by nobody.
  [[nodiscard]] std::vector<Outcome> execute(const std::vector<Item>& items);

 private:
  [[nodiscard]] Result<void> add_volumes(const std::vector<Target>& targets,
                                         std::vector<Item>& items) const;
  [[nodiscard]] Result<void> add_images(std::vector<Item>& items) const;

  Ports ports_;
  const TakeCacheInventory& inventory_;
  VolumeRemover& remover_;
  AuditWriter audit_;
};

}  // namespace mino::application
