#pragma once

#include "domain/result.hpp"
#include "domain/status/machine_facts.hpp"
#include "ports/container_engine.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"
#include "ports/session_store.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mino::application {

struct CheckStatusRequest {
  std::string image;              ///< the configured one; "host" for none
  std::filesystem::path state;    ///< mino's state directory
  std::filesystem::path runtime;  ///< mino's runtime directory; its parent is the user's
};

/// Looks at the machine. Starts at most two processes of the engine, and none when the engine's
/// facts are cached; all else is read from files. Changes nothing but for a file in the state
/// directory that it removes again.
class CheckStatus {
 public:
  /// Borrowed: each outlives the use case.
  struct Ports {
    ContainerEngine& engine;
    FileSystem& files;
    const Environment& environment;
    const SessionStore& sessions;
  };

  explicit CheckStatus(const Ports& ports) : ports_(ports) {}

  /// Never fails: what cannot be looked up is a check that says so.
  [[nodiscard]] StatusReport execute(const CheckStatusRequest& request);

 private:
  void look_at_engine(const CheckStatusRequest& request, MachineFacts& facts);
  void look_at_user(MachineFacts& facts) const;
  void look_at_kernel(MachineFacts& facts) const;
  void look_at_state(const CheckStatusRequest& request, MachineFacts& facts);
  void look_at_runtime(const CheckStatusRequest& request, MachineFacts& facts) const;
  [[nodiscard]] std::optional<std::string> find_program(std::string_view name) const;
  [[nodiscard]] bool has_network_program(std::string_view name) const;
  [[nodiscard]] std::string text_of(const std::filesystem::path& path) const;
  [[nodiscard]] bool is_there(const std::filesystem::path& path) const;

  Ports ports_;
};

}  // namespace mino::application
