#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/run/git_defaults.hpp"

namespace mino {

/// What stands at SSH_AUTH_SOCK.
struct SshAgentFacts {
  enum class State {
    kNone,  ///< the variable is not set
    kMissing,
    kNoSocket,
    kForeign,  ///< another user's
    kStale,    ///< nobody listens
    kSilent,   ///< it does not answer, or not as an agent does
    kUsable,
  };
  State state = State::kNone;
  std::string socket;  ///< absolute path
};

/// What a plan depends on of the machine and the call, looked up before the decision. Paths are
/// absolute.
struct HostFacts {
  std::uint32_t user_id = 0;
  std::uint32_t group_id = 0;
  std::string home;                ///< canonical
  std::string working_directory;   ///< canonical
  std::string runtime_root;        ///< <XDG_RUNTIME_DIR>/mino
  std::string helper_program;      ///< host path of mino-helper
  std::string init_program;        ///< the file mounted as the box's first process
  std::string credential_program;  ///< host path of mino-credential
  std::string host_root;           ///< the skeleton root of `--image host`
  bool stdin_is_terminal = false;
  bool stdout_is_terminal = false;
  bool selinux_enabled = false;
  std::string term;       ///< TERM of the caller; may be empty
  std::string colorterm;  ///< COLORTERM of the caller; may be empty
  /// Existing files and directories of the host's /etc that `--image host` shows, absolute.
  std::vector<std::string> shown_etc;
  /// Other top-level system directories beside /usr that exist and are shown (/opt).
  std::vector<std::string> shown_system;
  /// Whether `gh` is there and has a token for the configured host, as far as its files tell.
  bool has_github_login = false;
  std::optional<GitIdentity> git_identity;  ///< of the user's own git
  SshAgentFacts ssh_agent;
  std::vector<std::string> known_hosts;  ///< existing files with the hosts that ssh here knows
  /// The sensitive paths, literal and canonical (see sensitive.hpp).
  std::vector<std::string> sensitive_paths;
};

/// What podman said of itself, cached.
struct EngineFacts {
  std::string version;  ///< "4.3.1"
  bool rootless = false;
  std::string graph_root;
  std::string run_root;
  std::string volume_path;  ///< of the directory of all volumes; empty when it does not say
  std::string storage_driver;
  std::string network_backend;                  ///< netavark, cni
  std::string rootless_network;                 ///< slirp4netns, pasta
  std::string cgroup_version;                   ///< v1, v2
  std::vector<std::string> cgroup_controllers;  ///< those delegated to the user
  std::string oci_runtime;                      ///< crun, runc
  std::string oci_runtime_path;
  bool selinux_enabled = false;
  bool operator==(const EngineFacts&) const = default;
};

/// Whose work an image is, as its labels say.
enum class ImageFamily {
  kForeign,
  kLayered,  ///< layers on a base that is not mino's
  kMino,     ///< mino's base, or layers on it
};

/// What podman said of an image, cached.
struct ImageFacts {
  std::string id;
  std::string user;  ///< the image's USER, as written; empty means root
  std::uint32_t user_id = 0;
  std::uint32_t group_id = 0;
  std::string home;  ///< home directory of that user in the image
  std::vector<std::string> entrypoint;
  std::string working_directory;
  ImageFamily family = ImageFamily::kForeign;
  bool operator==(const ImageFacts&) const = default;
};

}  // namespace mino
