#pragma once

#include <string>
#include <vector>

#include "application/session_part.hpp"
#include "ports/cache_store.hpp"
#include "ports/clock.hpp"
#include "ports/container_engine.hpp"
#include "ports/engine_storage.hpp"
#include "ports/notices.hpp"

namespace mino::application {

/// The session's caches: notes that it uses them, makes the volumes that are not known to be there
/// (podman makes a missing one by itself, but without labels), and says how the use ended. Starts
/// no process for volumes that are there.
class CachePart : public SessionPart {
 public:
  /// Borrowed: each outlives the part.
  struct Ports {
    CacheStore& store;
    ContainerEngine& engine;
    EngineStorage& storage;
    const Clock& clock;
    Notices& notices;
  };
  explicit CachePart(const Ports& ports) : ports_(ports) {}

  [[nodiscard]] Result<void> prepare(const SessionContext& context) override;
  void started(const SessionContext& context) override;
  void exec_started(const SessionContext& context,
                    const std::vector<std::string>& command) override;
  void ended(const SessionContext& context) override;
  void abandon(const SessionContext& context) override;

 private:
  [[nodiscard]] Result<void> make_missing(const std::vector<CacheRecord>& records);
  void release(const SessionContext& context, CacheUse use);

  Ports ports_;
};

}  // namespace mino::application
