// The engine, its storage, and what is kept in it.
#include "cli/composition_root_world.hpp"

namespace mino::cli {

ContainerEngine& CompositionRoot::engine() {
  MINO_CHECK(world_->paths);
  if (!world_->facts)
    world_->facts.emplace(world_->files, world_->json, world_->paths->state / "host_facts.json");
  if (!world_->engine) {
    world_->engine.emplace(podman::PodmanEngine::Ports{.files = world_->files,
                                                       .environment = world_->environment,
                                                       .runner = world_->process_runner,
                                                       .processes = world_->processes,
                                                       .cache = *world_->facts,
                                                       .json = world_->json,
                                                       .notices = world_->notices});
  }
  return *world_->engine;
}

CacheStore& CompositionRoot::cache_store() {
  MINO_CHECK(world_->paths);
  if (!world_->caches) {
    world_->caches.emplace(
        state::JsonCacheStore::Ports{
            .files = world_->files, .json = world_->json, .processes = world_->processes},
        world_->paths->caches());
  }
  return *world_->caches;
}

EngineStorage& CompositionRoot::engine_storage() {
  if (!world_->storage) {
    world_->storage.emplace(podman::PodmanStorage::Ports{.files = world_->files,
                                                         .environment = world_->environment,
                                                         .runner = world_->process_runner,
                                                         .engine = engine(),
                                                         .json = world_->json});
  }
  return *world_->storage;
}

CollectionSchedule& CompositionRoot::collection_schedule() {
  MINO_CHECK(world_->paths);
  if (!world_->collections)
    world_->collections.emplace(world_->files, world_->json,
                                world_->paths->state / "cache-gc.json");
  return *world_->collections;
}

BackgroundStarter& CompositionRoot::background() { return world_->background; }

application::FindCaches& CompositionRoot::find_caches() {
  if (!world_->find_caches) {
    world_->find_caches.emplace(application::FindCaches::Ports{.lockfiles = world_->lockfiles,
                                                               .store = cache_store(),
                                                               .storage = engine_storage(),
                                                               .clock = clock(),
                                                               .random = random(),
                                                               .notices = notices()});
  }
  return *world_->find_caches;
}

application::TakeCacheInventory& CompositionRoot::cache_inventory() {
  if (!world_->cache_inventory) {
    world_->cache_inventory.emplace(
        application::TakeCacheInventory::Ports{.store = cache_store(),
                                               .storage = engine_storage(),
                                               .sessions = sessions(),
                                               .processes = processes(),
                                               .files = files(),
                                               .clock = clock()},
        world_->paths->homes());
  }
  return *world_->cache_inventory;
}

application::VolumeRemover& CompositionRoot::volume_remover() {
  if (!world_->volume_remover) {
    world_->volume_remover.emplace(application::VolumeRemover::Ports{.store = cache_store(),
                                                                     .storage = engine_storage(),
                                                                     .files = files(),
                                                                     .audit = audit(),
                                                                     .notices = notices()},
                                   world_->paths->homes());
  }
  return *world_->volume_remover;
}

ImageBuilder& CompositionRoot::image_builder() {
  MINO_CHECK(world_->paths);
  if (!world_->image_builder) {
    world_->image_builder.emplace(
        podman::PodmanImageBuilder::Ports{.files = world_->files,
                                          .environment = world_->environment,
                                          .runner = world_->process_runner,
                                          .processes = world_->processes,
                                          .json = world_->json,
                                          .random = world_->random,
                                          .engine = engine(),
                                          .notices = world_->notices},
        world_->paths->builds());
  }
  return *world_->image_builder;
}

}  // namespace mino::cli
