#pragma once

#include "application/session_part.hpp"
#include "ports/file_system.hpp"

namespace mino::application {

/// The session's directory below XDG_RUNTIME_DIR: the control socket, the engine's container id,
/// and the box's own /etc/hosts and /etc/resolv.conf. Podman would copy the host's /etc/hosts into
/// the box, private names included.
class RuntimeFilesPart : public SessionPart {
 public:
  explicit RuntimeFilesPart(FileSystem& files);

  [[nodiscard]] Result<void> prepare(const SessionContext& context) override;
  void started(const SessionContext& context) override;
  void exec_started(const SessionContext& context,
                    const std::vector<std::string>& command) override;
  void ended(const SessionContext& context) override;
  void abandon(const SessionContext& context) override;

 private:
  void remove(const SessionContext& context);

  FileSystem& files_;
};

}  // namespace mino::application
