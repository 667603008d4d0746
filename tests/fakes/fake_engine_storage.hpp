#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/engine_storage.hpp"
#include "tests/fakes/fake_container_engine.hpp"

namespace mino::fakes {

/// The volumes of a FakeContainerEngine, and images.
class FakeEngineStorage final : public EngineStorage {
 public:
  explicit FakeEngineStorage(FakeContainerEngine& engine) : engine_(engine) {}

  [[nodiscard]] Result<std::vector<StoredVolume>> volumes() override {
    ++processes;
    std::vector<StoredVolume> stored;
    for (const auto& [name, labels] : engine_.volumes) {
      if (name.starts_with("mino-"))
        stored.push_back({name, labels, Timestamp{}, "/volumes/" + name + "/_data"});
    }
    return stored;
  }
  [[nodiscard]] Result<std::set<std::string>> volumes_in_use() override {
    ++processes;
    return in_use;
  }
  [[nodiscard]] Result<void> remove_volume(const std::string& name) override {
    ++processes;
    if (in_use.contains(name)) return Error(ErrorCode::kBusy, name + " is being used");
    engine_.volumes.erase(name);
    return {};
  }
  [[nodiscard]] Result<std::map<std::string, std::uint64_t>> measure(
      const std::vector<StoredVolume>& volumes) override {
    ++processes;
    std::map<std::string, std::uint64_t> measured;
    for (const StoredVolume& volume : volumes) {
      if (const auto size = sizes.find(volume.name); size != sizes.end()) measured.insert(*size);
    }
    return measured;
  }
  [[nodiscard]] Result<std::vector<std::string>> missing_volumes(
      const std::vector<std::string>& names) override {
    std::vector<std::string> missing;
    std::ranges::copy_if(names, std::back_inserter(missing), [this](const std::string& name) {
      return !engine_.volumes.contains(name);
    });
    return missing;
  }
  [[nodiscard]] Result<void> make_directories(const std::string& volume,
                                              const std::vector<std::string>& names) override {
    directories[volume].insert(names.begin(), names.end());
    return {};
  }
  [[nodiscard]] Result<std::vector<StoredImage>> images() override {
    ++processes;
    return stored_images;
  }
  [[nodiscard]] Result<void> remove_image(const std::string& reference) override {
    ++processes;
    if (images_in_use.contains(reference))
      return Error(ErrorCode::kBusy, reference + " is used by a container");
    for (StoredImage& image : stored_images) std::erase(image.names, reference);
    std::erase_if(stored_images, [&reference](const StoredImage& image) {
      return image.id == reference || image.names.empty();
    });
    return {};
  }

  std::set<std::string> in_use;                ///< volumes that a container has
  std::map<std::string, std::uint64_t> sizes;  ///< of volumes, in bytes
  std::vector<StoredImage> stored_images;
  std::set<std::string> images_in_use;                         ///< by name
  std::map<std::string, std::set<std::string>> directories{};  ///< made, by volume
  int processes = 0;                                           ///< of the engine, so far

 private:
  FakeContainerEngine& engine_;
};

}  // namespace mino::fakes
