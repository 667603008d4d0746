#include "domain/status/machine_facts.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace mino {
namespace {

constexpr std::string_view kAddSubordinateIds =
    "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \"$USER\" && podman "
    "system migrate";
constexpr std::uint64_t kWantedIds = 65536;

enum class Weight { kOptional, kCritical };

StatusCheck check(std::string id, std::string title, Weight weight) {
  return {.id = std::move(id), .title = std::move(title), .critical = weight == Weight::kCritical};
}

StatusCheck& set(StatusCheck& check, CheckState state, std::string detail, std::string hint = {}) {
  check.state = state;
  check.detail = std::move(detail);
  check.hint = std::move(hint);
  return check;
}

StatusCheck podman(const MachineFacts& facts) {
  StatusCheck result = check("podman", "Podman", Weight::kCritical);
  if (facts.engine)
    return set(result, CheckState::kOk,
               facts.engine->version + (facts.podman ? " (" + *facts.podman + ")" : ""));
  if (facts.engine_error)
    return set(result, CheckState::kMissing, facts.engine_error->text(),
               facts.engine_error->hint());
  return set(result, CheckState::kMissing, "could not be asked");
}

StatusCheck rootless(const MachineFacts& facts) {
  StatusCheck result = check("rootless", "Unprivileged", Weight::kCritical);
  if (facts.user_id == 0) {
    return set(result, CheckState::kMissing,
               "mino runs as root, which gives a box that breaks out everything",
               "run mino as an ordinary user, without sudo");
  }
  if (facts.engine && !facts.engine->rootless)
    return set(result, CheckState::kMissing, "podman runs as root");
  return set(result, CheckState::kOk, "user " + std::to_string(facts.user_id));
}

StatusCheck user_namespaces(const MachineFacts& facts) {
  StatusCheck result = check("user-namespaces", "User namespaces", Weight::kCritical);
  if (facts.max_user_namespaces == 0) {
    return set(result, CheckState::kMissing, "the kernel allows none",
               "sudo sysctl -w user.max_user_namespaces=15000");
  }
  return set(result, CheckState::kOk,
             facts.max_user_namespaces ? "up to " + std::to_string(*facts.max_user_namespaces)
                                       : "no limit known");
}

StatusCheck subordinate_ids(const MachineFacts& facts) {
  StatusCheck result = check("subordinate-ids", "Subordinate ids", Weight::kCritical);
  const std::uint64_t least = std::min(facts.subordinate_users, facts.subordinate_groups);
  std::string counts = std::to_string(facts.subordinate_users) + " users, " +
                       std::to_string(facts.subordinate_groups) + " groups";
  if (least == 0 && facts.ids_from_name_service)
    return set(result, CheckState::kOk, "from the name service");
  if (least == 0)
    return set(result, CheckState::kMissing, counts + " in /etc/subuid and /etc/subgid",
               std::string(kAddSubordinateIds));
  if (least < kWantedIds)
    return set(result, CheckState::kWarning, counts + ": some images need 65536",
               std::string(kAddSubordinateIds));
  return set(result, CheckState::kOk, std::move(counts));
}

StatusCheck id_mapping(const MachineFacts& facts) {
  StatusCheck result = check("newuidmap", "newuidmap", Weight::kCritical);
  if (facts.has_newuidmap && facts.has_newgidmap)
    return set(result, CheckState::kOk, "there, newgidmap too");
  return set(result, CheckState::kMissing,
             facts.has_newuidmap ? "newgidmap is not on the PATH" : "not on the PATH",
             "install the package uidmap (Debian, Ubuntu) or shadow-utils");
}

StatusCheck network(const MachineFacts& facts) {
  StatusCheck result = check("network", "Network", Weight::kCritical);
  if (!facts.engine) return set(result, CheckState::kWarning, "unknown without podman");
  const std::string& program = facts.engine->rootless_network;
  const bool there = program == "pasta" ? facts.has_pasta : facts.has_slirp4netns;
  std::string detail = program;
  if (!facts.engine->network_backend.empty()) detail += " (" + facts.engine->network_backend + ")";
  if (there) return set(result, CheckState::kOk, std::move(detail));
  return set(result, CheckState::kMissing,
             program + " is not on the PATH: only --network none and host work",
             "install the package " + std::string(program == "pasta" ? "passt" : "slirp4netns"));
}

StatusCheck storage(const MachineFacts& facts) {
  StatusCheck result = check("storage", "Storage", Weight::kOptional);
  if (!facts.engine) return set(result, CheckState::kWarning, "unknown without podman");
  std::string detail = facts.engine->storage_driver + " at " + facts.engine->graph_root;
  if (facts.engine->storage_driver != "vfs") return set(result, CheckState::kOk, std::move(detail));
  return set(result, CheckState::kWarning, detail + ": copies every image for every box",
             "set driver = \"overlay\" in ~/.config/containers/storage.conf, then podman system "
             "reset (removes all images)");
}

std::string missing_controllers(const EngineFacts& engine) {
  std::string missing;
  for (const std::string_view name : {"memory", "cpu", "pids"}) {
    if (std::ranges::find(engine.cgroup_controllers, name) != engine.cgroup_controllers.end())
      continue;
    if (!missing.empty()) missing += ", ";
    missing += name;
  }
  return missing;
}

StatusCheck cgroups(const MachineFacts& facts) {
  StatusCheck result = check("cgroups", "Limits", Weight::kOptional);
  constexpr std::string_view kUnified = "boot with systemd.unified_cgroup_hierarchy=1";
  switch (facts.cgroups) {
    case CgroupLayout::kHybrid:
      return set(result, CheckState::kWarning,
                 "cgroups v1 and v2 are mixed: limits are not enforced, and crun may refuse to run",
                 std::string(kUnified));
    case CgroupLayout::kLegacy:
      return set(result, CheckState::kWarning, "cgroups v1: limits are not enforced",
                 std::string(kUnified));
    case CgroupLayout::kNone:
      return set(result, CheckState::kWarning, "no cgroups are mounted: limits are not enforced");
    case CgroupLayout::kUnified:
      break;
  }
  if (!facts.engine) return set(result, CheckState::kWarning, "unknown without podman");
  const std::string missing = missing_controllers(*facts.engine);
  if (missing.empty())
    return set(result, CheckState::kOk, "cgroups v2; memory, cpu and pids are delegated");
  return set(result, CheckState::kWarning,
             "limits on " + missing +
                 " are accepted and not enforced: their controllers are not delegated",
             "as root, put [Service] Delegate=cpu memory pids into "
             "/etc/systemd/system/user@.service.d/delegate.conf, then log in again");
}

StatusCheck seccomp(const MachineFacts& facts) {
  StatusCheck result = check("seccomp", "System call filter", Weight::kCritical);
  if (facts.seccomp) return set(result, CheckState::kOk, "seccomp");
  return set(result, CheckState::kMissing, "the kernel has no seccomp filters",
             "use a kernel with CONFIG_SECCOMP_FILTER");
}

StatusCheck image(const MachineFacts& facts) {
  StatusCheck result = check("image", "Image", Weight::kOptional);
  if (facts.image == "host")
    return set(result, CheckState::kOk, "host: the programs of this machine");
  if (facts.image_error)
    return set(result, CheckState::kWarning, facts.image_error->text(), facts.image_error->hint());
  if (facts.image_facts) return set(result, CheckState::kOk, facts.image);
  return set(result, CheckState::kWarning, facts.image + " is not here yet: the first run pulls it",
             "podman pull " + facts.image);
}

StatusCheck state(const MachineFacts& facts) {
  StatusCheck result = check("state", "State directory", Weight::kCritical);
  if (facts.state_error) {
    std::string hint = facts.state_error->hint();
    if (hint.empty()) hint = "make room or mend the permissions of " + facts.state_directory;
    return set(result, CheckState::kMissing, facts.state_error->text(), std::move(hint));
  }
  if (!facts.state_exists)
    return set(result, CheckState::kOk, facts.state_directory + ", made by the first run");
  constexpr std::uint32_t kOthers = 077;
  if ((facts.state_mode & kOthers) != 0) {
    return set(result, CheckState::kWarning, facts.state_directory + " is open to others",
               "chmod 700 " + facts.state_directory);
  }
  if (!facts.unreadable_records.empty()) {
    return set(result, CheckState::kWarning, facts.unreadable_records.front(),
               "mino list --all names every record that cannot be read");
  }
  return set(result, CheckState::kOk, facts.state_directory);
}

StatusCheck runtime(const MachineFacts& facts) {
  StatusCheck result = check("runtime", "Runtime directory", Weight::kOptional);
  if (facts.runtime_usable) return set(result, CheckState::kOk, facts.runtime_directory);
  return set(result, CheckState::kWarning,
             facts.runtime_directory + " is not a directory of your own",
             "log in with a session (pam_systemd), or sudo loginctl enable-linger \"$USER\"");
}

}  // namespace

StatusReport judge(const MachineFacts& facts) {
  return {{podman(facts), rootless(facts), user_namespaces(facts), subordinate_ids(facts),
           id_mapping(facts), network(facts), storage(facts), cgroups(facts), seccomp(facts),
           image(facts), state(facts), runtime(facts)}};
}

}  // namespace mino
