#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "domain/session/session_record.hpp"

namespace mino {

struct StoredVolume {
  std::string name;
  std::map<std::string, std::string> labels;
  std::optional<Timestamp> created;
  std::string mount_point;  ///< of its files, on the host
};

struct StoredImage {
  std::string id;
  std::vector<std::string> names;  ///< with their tags; none for one that lost its name
  std::map<std::string, std::string> labels;
  std::uint64_t size_bytes = 0;
};

/// What the container engine keeps on the disk: volumes and images. Each call starts one process of
/// the engine and blocks until it ends (deadline 30 s), unless it says otherwise. kUnavailable: the
/// engine is missing or broken.
class EngineStorage {
 public:
  EngineStorage() = default;
  EngineStorage(const EngineStorage&) = delete;
  EngineStorage& operator=(const EngineStorage&) = delete;
  virtual ~EngineStorage() = default;

  /// Those whose name begins with "mino-".
  [[nodiscard]] virtual Result<std::vector<StoredVolume>> volumes() = 0;
  /// The names of the volumes that a container has, running or not.
  [[nodiscard]] virtual Result<std::set<std::string>> volumes_in_use() = 0;
  /// Never takes one from a container: kBusy. Success when there is none of that name.
  [[nodiscard]] virtual Result<void> remove_volume(const std::string& name) = 0;
  /// What the volumes take on the disk, in bytes, measured inside the user namespace, where every
  /// file can be seen. One that cannot be measured is missing in the result. Blocks ten minutes at
  /// most.
  [[nodiscard]] virtual Result<std::map<std::string, std::uint64_t>> measure(
      const std::vector<StoredVolume>& volumes) = 0;
  /// Those of the names that certainly have no volume. Starts no process once the engine is known;
  /// where the engine does not say where volumes lie, nothing is certain.
  [[nodiscard]] virtual Result<std::vector<std::string>> missing_volumes(
      const std::vector<std::string>& names) = 0;
  /// Makes directories, each one plain name, at the top of a volume that no box has had yet, as the
  /// user that a box runs as. Existing ones are left. Starts no process, and does nothing where the
  /// engine does not say where volumes lie.
  [[nodiscard]] virtual Result<void> make_directories(const std::string& volume,
                                                      const std::vector<std::string>& names) = 0;

  [[nodiscard]] virtual Result<std::vector<StoredImage>> images() = 0;
  /// By one of its names or by its id. An image with other names only loses that one. Parents that
  /// have no name stay. kBusy when a container or another image is made from it. Success when there
  /// is none.
  [[nodiscard]] virtual Result<void> remove_image(const std::string& reference) = 0;
};

}  // namespace mino
