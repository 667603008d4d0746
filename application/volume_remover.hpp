#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "application/audit_writer.hpp"
#include "ports/cache_store.hpp"
#include "ports/engine_storage.hpp"
#include "ports/file_system.hpp"

namespace mino::application {

/// Removes volumes of mino's with what is remembered about them, and says so in the audit log.
/// Never takes one from a session or a container.
class VolumeRemover {
 public:
  /// Borrowed: each outlives this.
  struct Ports {
    CacheStore& store;
    EngineStorage& storage;
    FileSystem& files;
    AuditSink& audit;
    Notices& notices;
  };
  /// `home_markers` is the directory with a file for each home volume that mino made.
  VolumeRemover(const Ports& ports, std::filesystem::path home_markers)
      : ports_(ports), audit_(ports.audit, ports.notices), home_markers_(std::move(home_markers)) {}

  /// A cache or a home, by its name. kBusy: it is in use. `reason` goes into the audit log.
  [[nodiscard]] Result<void> remove(const std::string& volume, std::string_view reason);
  /// The record of a cache whose volume is gone.
  [[nodiscard]] Result<void> forget(const std::string& volume);

 private:
  Ports ports_;
  AuditWriter audit_;
  std::filesystem::path home_markers_;
};

}  // namespace mino::application
