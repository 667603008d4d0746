#pragma once

#include "domain/error.hpp"
#include "domain/run/host_facts.hpp"
#include "domain/status/status_report.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mino {

/// How the machine mounts its cgroups.
enum class CgroupLayout { kUnified, kHybrid, kLegacy, kNone };

/// What `status` looked up. An optional Error stands for a look-up that failed.
struct MachineFacts {
  std::uint32_t user_id = 0;
  std::optional<std::string> podman;  ///< its path
  std::optional<EngineFacts> engine;  ///< nothing when podman could not be asked
  std::optional<Error> engine_error;
  std::uint64_t subordinate_users = 0;
  std::uint64_t subordinate_groups = 0;
  bool ids_from_name_service = false;  ///< nsswitch.conf names a source other than the files
  bool has_newuidmap = false;
  bool has_newgidmap = false;
  bool has_slirp4netns = false;
  bool has_pasta = false;
  std::optional<std::int64_t> max_user_namespaces;  ///< nothing when the kernel does not say
  bool seccomp = false;
  CgroupLayout cgroups = CgroupLayout::kNone;
  std::string image;                      ///< the configured one, or "host"
  std::optional<ImageFacts> image_facts;  ///< nothing when it is not here
  std::optional<Error> image_error;
  std::string state_directory;
  bool state_exists = false;
  std::uint32_t state_mode = 0;      ///< permission bits
  std::optional<Error> state_error;  ///< why nothing can be written there
  std::vector<std::string>
      unreadable_records;         ///< what is wrong with each session record that cannot be read
  std::string runtime_directory;  ///< the one that holds mino's, e.g. /run/user/1000
  bool runtime_usable = false;    ///< a directory of the user's own that nobody else may enter
};

/// Every check, in the order in which a person would mend things.
[[nodiscard]] StatusReport judge(const MachineFacts& facts);

}  // namespace mino
