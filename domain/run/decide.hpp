#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/cache/planned_cache.hpp"
#include "domain/config/config.hpp"
#include "domain/layer/layered_image.hpp"
#include "domain/result.hpp"
#include "domain/run/environment.hpp"
#include "domain/run/host_facts.hpp"
#include "domain/run/run_plan.hpp"
#include "domain/run/run_request.hpp"
#include "domain/session/session_name.hpp"

namespace mino {

/// A directory of the host that `--host-path` or `container.host_path` names, with what was looked
/// up about it.
struct HostPathFacts {
  enum class Layout {
    kPrograms,  ///< the programs lie in it
    kPrefix,    ///< they lie in its `bin`
  };
  std::string path;       ///< absolute and normalized, as it was named
  std::string canonical;  ///< the same without links
  Layout layout = Layout::kPrograms;
};

/// All that a plan is made from. `host_paths` and `missing_variables` answer what
/// requested_host_paths() and requested_host_variables() ask.
struct RunInputs {
  RunRequest request;
  Config config;
  HostFacts host;
  EngineFacts engine;
  std::optional<ImageFacts>
      image;  ///< nothing: the image is not here (yet), or there is none (`--image host`)
  SessionName session;
  std::string project;           ///< canonical
  std::string project_digest;    ///< SHA-256 of `project`, in hex
  std::string container_suffix;  ///< four hex digits that make the container's name unique
  std::vector<HostPathFacts> host_paths;
  std::vector<std::string> missing_variables;  ///< names of host variables that are not set
  /// Rules of `container.network_allow` that are not ASCII, as written, and the same with A-labels.
  std::map<std::string, std::string> encoded_rules = {};
  CacheFacts caches = {};                   ///< empty when they are off
  std::optional<LayeredImage> layers = {};  ///< what `container.image` then is composed of
  std::string image_reason = {};            ///< why the image is that one; may be empty
  /// Directories below kCacheRoot, absolute, that the layers of the image keep their caches in.
  std::vector<std::string> layer_cache_paths = {};
};

/// A mount that a person asked for.
struct RequestedMount {
  Mount mount;
  std::string origin;  ///< "flag --volume" or a file's place
};

/// A host path that a person asked for.
struct RequestedHostPath {
  std::string path;  ///< absolute and normalized
  std::string origin;
};

/// The configured image and whether it is the host's own programs.
[[nodiscard]] ImageChoice::Kind requested_image_kind(const Config& config);

/// Success when the user may run boxes at all: not root. kPermission.
[[nodiscard]] Result<void> check_user(const HostFacts& host);

/// `container.volumes` (relative paths from the project), then `--volume` (from the working
/// directory). kUsage or kConfig for one that cannot be read.
[[nodiscard]] Result<std::vector<RequestedMount>> requested_mounts(const RunRequest& request,
                                                                   const Config& config,
                                                                   const HostFacts& host,
                                                                   const std::string& project);

/// `container.host_path`, then `--host-path`, each path once; none for any image but the host.
/// kUsage when `--host-path` is given with another image.
[[nodiscard]] Result<std::vector<RequestedHostPath>> requested_host_paths(const RunRequest& request,
                                                                          const Config& config,
                                                                          const HostFacts& host);

/// Decides everything about one run. Pure. Errors: kUsage (the command line), kConfig (a configured
/// value), kPermission (root, a sensitive project or host path), kUnavailable (the engine is not
/// rootless).
[[nodiscard]] Result<RunPlan> decide_run(const RunInputs& inputs);

/// The requests behind `plan.credentials`, in its order; of a plan that decide_run() made from the
/// same inputs.
[[nodiscard]] Result<std::vector<CredentialRequest>> planned_requests(const RunPlan& plan,
                                                                      const RunInputs& inputs);

/// The settings behind `plan.environment`, with their values; of a plan that decide_run() made from
/// the same inputs.
[[nodiscard]] Result<std::vector<VariableSetting>> planned_settings(const RunPlan& plan,
                                                                    const RunInputs& inputs);

/// Ends the program unless everything in the plan that widens the box is backed by a grant, and
/// nothing contradicts itself.
void check_invariants(const RunPlan& plan);

}  // namespace mino
