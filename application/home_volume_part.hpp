#pragma once

#include <filesystem>

#include "application/session_part.hpp"
#include "ports/clock.hpp"
#include "ports/container_engine.hpp"
#include "ports/engine_storage.hpp"
#include "ports/file_system.hpp"

namespace mino::application {

/// The project's home volume. Podman makes a missing named volume by itself but without labels, so
/// one that mino has not made before, or that is not there any more, is made here; a marker in the
/// state directory says which those are, and keeps this off the warm path.
class HomeVolumePart : public SessionPart {
 public:
  HomeVolumePart(ContainerEngine& engine, EngineStorage& storage, FileSystem& files, Clock& clock,
                 std::filesystem::path marker_directory);

  [[nodiscard]] Result<void> prepare(const SessionContext& context) override;
  void started(const SessionContext& context) override;
  void exec_started(const SessionContext& context,
                    const std::vector<std::string>& command) override;
  void ended(const SessionContext& context) override;
  void abandon(const SessionContext& context) override;

 private:
  ContainerEngine& engine_;
  EngineStorage& storage_;
  FileSystem& files_;
  Clock& clock_;
  std::filesystem::path marker_directory_;
};

}  // namespace mino::application
