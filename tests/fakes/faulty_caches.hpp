#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/cache_store.hpp"
#include "ports/engine_storage.hpp"
#include "tests/fakes/faults.hpp"

namespace mino::fakes {

// Decorators as those of faulty.hpp.

class FaultyCacheStore final : public CacheStore {
 public:
  FaultyCacheStore(Faults& faults, CacheStore& inner) : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<bool> exists() const override {
    if (auto error = faults_.next("caches.exists")) return *std::move(error);
    return inner_.exists();
  }
  [[nodiscard]] Result<CacheListing> list() const override {
    if (auto error = faults_.next("caches.list")) return *std::move(error);
    return inner_.list();
  }
  [[nodiscard]] Result<CacheListing> generations(
      const std::vector<CacheName>& names) const override {
    if (auto error = faults_.next("caches.generations")) return *std::move(error);
    return inner_.generations(names);
  }
  [[nodiscard]] Result<std::vector<CacheRecord>> hold(const CacheHolder& holder,
                                                      const std::vector<CacheRecord>& wanted,
                                                      Timestamp now) override {
    if (auto error = faults_.next("caches.hold")) return *std::move(error);
    return inner_.hold(holder, wanted, now);
  }
  [[nodiscard]] Result<void> made(const std::vector<std::string>& volumes, Timestamp now) override {
    if (auto error = faults_.next("caches.made")) return *std::move(error);
    return inner_.made(volumes, now);
  }
  [[nodiscard]] Result<void> release(const std::string& session_id,
                                     const std::vector<std::string>& volumes, CacheUse use,
                                     Timestamp now) override {
    if (auto error = faults_.next("caches.release")) return *std::move(error);
    return inner_.release(session_id, volumes, use, now);
  }
  [[nodiscard]] Result<void> evict(const std::string& volume,
                                   const std::function<Result<void>()>& remove) override {
    if (auto error = faults_.next("caches.evict")) return *std::move(error);
    return inner_.evict(volume, remove);
  }
  [[nodiscard]] Result<void> measured(const std::map<std::string, std::uint64_t>& sizes,
                                      Timestamp now) override {
    if (auto error = faults_.next("caches.measured")) return *std::move(error);
    return inner_.measured(sizes, now);
  }
  [[nodiscard]] Result<void> adopt(const std::vector<CacheRecord>& records) override {
    if (auto error = faults_.next("caches.adopt")) return *std::move(error);
    return inner_.adopt(records);
  }

 private:
  Faults& faults_;
  CacheStore& inner_;
};

class FaultyEngineStorage final : public EngineStorage {
 public:
  FaultyEngineStorage(Faults& faults, EngineStorage& inner) : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<std::vector<StoredVolume>> volumes() override {
    if (auto error = faults_.next("storage.volumes")) return *std::move(error);
    return inner_.volumes();
  }
  [[nodiscard]] Result<std::set<std::string>> volumes_in_use() override {
    if (auto error = faults_.next("storage.volumes_in_use")) return *std::move(error);
    return inner_.volumes_in_use();
  }
  [[nodiscard]] Result<void> remove_volume(const std::string& name) override {
    if (auto error = faults_.next("storage.remove_volume")) return *std::move(error);
    return inner_.remove_volume(name);
  }
  [[nodiscard]] Result<std::map<std::string, std::uint64_t>> measure(
      const std::vector<StoredVolume>& volumes) override {
    if (auto error = faults_.next("storage.measure")) return *std::move(error);
    return inner_.measure(volumes);
  }
  [[nodiscard]] Result<std::vector<std::string>> missing_volumes(
      const std::vector<std::string>& names) override {
    if (auto error = faults_.next("storage.missing_volumes")) return *std::move(error);
    return inner_.missing_volumes(names);
  }
  [[nodiscard]] Result<void> make_directories(const std::string& volume,
                                              const std::vector<std::string>& names) override {
    if (auto error = faults_.next("storage.make_directories")) return *std::move(error);
    return inner_.make_directories(volume, names);
  }
  [[nodiscard]] Result<std::vector<StoredImage>> images() override {
    if (auto error = faults_.next("storage.images")) return *std::move(error);
    return inner_.images();
  }
  [[nodiscard]] Result<void> remove_image(const std::string& reference) override {
    if (auto error = faults_.next("storage.remove_image")) return *std::move(error);
    return inner_.remove_image(reference);
  }

 private:
  Faults& faults_;
  EngineStorage& inner_;
};

}  // namespace mino::fakes
