#pragma once

#include <string>

#include "application/cache_inventory.hpp"
#include "application/find_caches.hpp"
#include "application/volume_remover.hpp"
#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_cache_store.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_engine_storage.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_lockfile_reader.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/fakes/fake_random_source.hpp"
#include "tests/fakes/fake_session_store.hpp"

namespace mino::testing_support {

/// Caches, homes and images in memory, and the use cases over them.
struct CacheWorld {
  static constexpr char kNpm[] = "mino-cache-npm-0123456789ab";
  static constexpr char kGo[] = "mino-cache-go-0123456789ab";
  static constexpr char kHome[] = "mino-home-0123456789ab";
  static constexpr std::uint32_t kUser = fakes::FakeFileSystem::kOwner;

  /// A volume with its record, last used so many days ago.
  CacheRecord& add_cache(const std::string& volume, int days_unused = 0, std::uint64_t size = 0,
                         std::int64_t generation = 0) {
    const auto name = parse_cache_name(volume);
    if (!name) throw std::runtime_error("no cache can be called " + volume);
    const Timestamp used = clock.now() - std::chrono::hours(24 * days_unused);
    CacheRecord record = new_cache_record(*name, generation, std::nullopt, used);
    record.state = CacheState::kComplete;
    engine.volumes[volume] = labels_of(record);
    storage.sizes[volume] = size;
    return store.records[volume] = record;
  }
  void add_home(const std::string& volume, const std::string& project) {
    engine.volumes[volume] = {{"io.mino.home", "true"}, {"io.mino.home.project", project}};
    files.add_file("/state/mino/homes/" + volume, project + "\n");
  }
  void hold(const std::string& volume) {
    store.records.at(volume).holders.push_back({"id", "calm-otter", processes.start()});
  }
  [[nodiscard]] bool has(const std::string& volume) const {
    return engine.volumes.contains(volume);
  }

  fakes::FakeContainerEngine engine;
  fakes::FakeEngineStorage storage{engine};
  fakes::FakeProcessTable processes;
  fakes::FakeCacheStore store{processes};
  fakes::FakeSessionStore sessions;
  fakes::FakeFileSystem files;
  fakes::FakeClock clock;
  fakes::FakeNotices notices;
  fakes::FakeAuditSink audit;
  fakes::FakeLockfileReader lockfiles;
  fakes::FakeRandomSource random;
  fakes::FakeDigest digest;
  application::FindCaches find{{.lockfiles = lockfiles,
                                .store = store,
                                .storage = storage,
                                .clock = clock,
                                .random = random,
                                .notices = notices}};
  application::TakeCacheInventory inventory{{.store = store,
                                             .storage = storage,
                                             .sessions = sessions,
                                             .processes = processes,
                                             .files = files,
                                             .clock = clock},
                                            "/state/mino/homes"};
  application::VolumeRemover remover{
      {.store = store, .storage = storage, .files = files, .audit = audit, .notices = notices},
      "/state/mino/homes"};
};

}  // namespace mino::testing_support
