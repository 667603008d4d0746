// What of the host, and which volumes, the box sees.
#include <algorithm>
#include <map>
#include <utility>

#include "domain/check.hpp"
#include "domain/credential/broker.hpp"
#include "domain/run/box_files.hpp"
#include "domain/run/broker_plan.hpp"
#include "domain/run/decide_steps.hpp"
#include "domain/run/host_image.hpp"
#include "domain/run/project.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

/// The mounts of a plan in the making: one a target.
class MountTable {
 public:
  explicit MountTable(RunPlan& plan) : plan_(&plan) {}

  [[nodiscard]] bool has(const std::string& target) const { return names_.contains(target); }

  /// kUsage, naming both, when something is mounted there already. `name` says what it is: "the
  /// project", "flag --volume".
  Result<void> add(Mount mount, std::string name) {
    const auto [other, added] = names_.emplace(mount.target, name);
    if (!added) {
      return Error(ErrorCode::kUsage, "two mounts at " + visible_text(mount.target) + ": " +
                                          other->second + " and " + name)
          .set_hint("give one of them another place in the box");
    }
    plan_->mounts.push_back(std::move(mount));
    return {};
  }

 private:
  RunPlan* plan_;
  std::map<std::string, std::string> names_;
};

using RequestedMounts = std::vector<RequestedMount>;

bool asks_for(const RequestedMounts& requested, std::string_view target) {
  return std::ranges::any_of(
      requested, [target](const RequestedMount& asked) { return asked.mount.target == target; });
}

Mount bind(std::string source, std::string target, MountAccess access, MountLabel label) {
  return {MountKind::kBind, std::move(source), std::move(target), access, label};
}

Mount volume(std::string name, std::string target) {
  return {MountKind::kVolume, std::move(name), std::move(target), MountAccess::kReadWrite,
          MountLabel::kKeep};
}

Result<void> add_project(const RunInputs& inputs, RunPlan& plan, MountTable& table) {
  MountLabel label = MountLabel::kKeep;
  if (inputs.host.selinux_enabled && inputs.config.boolean("container.selinux_relabel")) {
    // Relabelling a home directory or what lies around it takes it away from the services that use
    // it.
    if (has_grant<SensitiveProjectGrant>(plan.grants)) {
      plan.warnings.push_back(
          "the project keeps its SELinux label, because it is sensitive: the box may not be able "
          "to read it");
    } else {
      label = MountLabel::kShared;
      explain(plan, "selinux", "the project is relabelled as shared",
              origin_of(inputs.config, "container.selinux_relabel"), "");
    }
  }
  return table.add(bind(plan.project, plan.workdir, MountAccess::kReadWrite, label), "the project");
}

Result<void> add_host_system(const RunInputs& inputs, const RunPlan& plan, MountTable& table) {
  if (plan.image.kind != ImageChoice::Kind::kHost) return {};
  std::vector<std::string> shown{"/usr"};
  shown.insert(shown.end(), inputs.host.shown_system.begin(), inputs.host.shown_system.end());
  shown.insert(shown.end(), inputs.host.shown_etc.begin(), inputs.host.shown_etc.end());
  for (const std::string& path : shown) {
    MINO_TRY(table.add(bind(path, path, MountAccess::kReadOnly, MountLabel::kKeep),
                       "the host's " + path));
  }
  return {};
}

bool keeps_home(const RunInputs& inputs) {
  return inputs.request.home != Switch::kOff && inputs.config.boolean("home.enabled");
}

std::string no_home_origin(const RunInputs& inputs) {
  return inputs.request.home == Switch::kOff ? "flag --no-home"
                                             : origin_of(inputs.config, "home.enabled");
}

Result<void> add_kept_home(const RunInputs& inputs, const std::string& home, RunPlan& plan,
                           MountTable& table) {
  constexpr std::size_t kDigits = 12;
  plan.home_volume = "mino-home-" + inputs.project_digest.substr(0, kDigits);
  explain(plan, "home", "volume " + *plan.home_volume, origin_of(inputs.config, "home.enabled"),
          "kept for the project");
  return table.add(volume(*plan.home_volume, home), "the home volume");
}

/// The writable places of a box without an image. The upper layer of its root is small, so what may
/// grow lies in volumes.
Result<void> add_host_image_volumes(const RunInputs& inputs, const RequestedMounts& requested,
                                    RunPlan& plan, MountTable& table) {
  for (const char* target : {"/tmp", "/var/tmp"}) {
    if (!asks_for(requested, target) && !table.has(target))
      MINO_TRY(table.add(volume("", target), "a fresh volume"));
  }
  const std::string home(kHostImageHome);
  if (asks_for(requested, home) || table.has(home)) {
    explain(plan, "home", "what is mounted there", "default", "another mount takes " + home);
    return {};
  }
  if (!keeps_home(inputs)) {
    explain(plan, "home", "a fresh volume", no_home_origin(inputs), "");
    return table.add(volume("", home), "a fresh home");
  }
  return add_kept_home(inputs, home, plan, table);
}

/// Images of ours have the project's home volume. With a read-only root, the user of any other
/// still needs a home that can be written.
Result<void> add_image_home(const RunInputs& inputs, const RequestedMounts& requested,
                            RunPlan& plan, MountTable& table) {
  if (!inputs.image || !inputs.image->home.starts_with('/')) return {};
  const std::string home = normalize_path(inputs.image->home);
  const bool ours = inputs.image->family != ImageFamily::kForeign;
  const bool read_only = plan.root == RootAccess::kReadOnly;
  if ((!ours && !read_only) || home == "/" || !check_mount_target(home).ok()) return {};
  if (asks_for(requested, home) || table.has(home)) {
    if (ours)
      explain(plan, "home", "what is mounted there", "default", "another mount takes " + home);
    return {};
  }
  if (ours && keeps_home(inputs)) return add_kept_home(inputs, home, plan, table);
  if (!read_only) {
    explain(plan, "home", "dropped with the box", no_home_origin(inputs), "");
    return {};
  }
  explain(plan, "home", "a fresh volume", origin_of(inputs.config, "container.read_only"),
          "the root is read-only");
  return table.add(volume("", home), "a fresh home");
}

/// Our own name files: podman's copy of the host's would tell the box the host's private names.
Result<void> add_box_files(const RunInputs& inputs, const RunPlan& plan, MountTable& table) {
  const MountLabel label = inputs.host.selinux_enabled ? MountLabel::kShared : MountLabel::kKeep;
  for (const BoxFile& file : box_files(plan)) {
    MINO_TRY(table.add(
        bind(plan.runtime_dir + "/" + file.name, file.target, MountAccess::kReadOnly, label),
        "mino's " + file.name));
  }
  return {};
}

/// The directory, not the socket in it: a mount of the socket would be void once it is made anew.
Result<void> add_ssh(const RunInputs& inputs, const RequestedMounts& requested, const RunPlan& plan,
                     MountTable& table) {
  if (!plan.ssh) return {};
  const MountLabel label = inputs.host.selinux_enabled ? MountLabel::kShared : MountLabel::kKeep;
  MINO_TRY(table.add(
      bind(ssh_directory(plan), std::string(kSshBoxDirectory), MountAccess::kReadOnly, label),
      "the SSH agent"));
  if (plan.ssh->known_hosts_copy.empty() || asks_for(requested, kSshBoxKnownHosts)) return {};
  return table.add(bind(plan.ssh->known_hosts_copy, std::string(kSshBoxKnownHosts),
                        MountAccess::kReadOnly, label),
                   "the known hosts");
}

/// The directory holds the token that every user of the box may read.
Result<void> add_broker(const RunInputs& inputs, const RunPlan& plan, MountTable& table) {
  if (!plan.broker) return {};
  const MountLabel label = inputs.host.selinux_enabled ? MountLabel::kShared : MountLabel::kKeep;
  MINO_TRY(table.add(
      bind(broker_directory(plan), std::string(kBrokerBoxDirectory), MountAccess::kReadOnly, label),
      "the credential broker"));
  if (plan.broker->credential_program.empty()) return {};
  return table.add(bind(plan.broker->credential_program, std::string(kBrokerProgram),
                        MountAccess::kReadOnly, label),
                   "git's credential helper");
}

Result<void> check_host_path(const RunInputs& inputs, const RequestedHostPath& requested,
                             const HostPathFacts& facts) {
  for (const std::string& path : {facts.path, facts.canonical}) {
    if (const auto why = why_sensitive(path, inputs.host.home, inputs.host.sensitive_paths)) {
      return Error(ErrorCode::kPermission, "the host path " + visible_text(requested.path) + " (" +
                                               requested.origin + ") " + visible_text(*why))
          .set_hint(
              "name the directory that holds the program itself, e.g. --host-path ~/.cargo/bin");
    }
  }
  return check_mount_target(facts.path);
}

Result<void> add_host_paths(const RunInputs& inputs, RunPlan& plan, MountTable& table) {
  MINO_ASSIGN(const std::vector<RequestedHostPath> paths,
              requested_host_paths(inputs.request, inputs.config, inputs.host));
  for (const RequestedHostPath& requested : paths) {
    MINO_TRY(check_mountable(requested.path).with_context("host path"));
    const auto facts = std::ranges::find(inputs.host_paths, requested.path, &HostPathFacts::path);
    MINO_CHECK(facts != inputs.host_paths.end());
    MINO_TRY(check_host_path(inputs, requested, *facts));
    MINO_TRY(table.add(bind(facts->path, facts->path, MountAccess::kReadOnly, MountLabel::kKeep),
                       requested.origin));
    const bool prefix = facts->layout == HostPathFacts::Layout::kPrefix;
    plan.path_prepend.push_back(prefix ? facts->path + "/bin" : facts->path);
    plan.grants.emplace_back(HostPathGrant{facts->path});
    explain(plan, "host path", plan.path_prepend.back(), requested.origin,
            prefix ? "its bin is on PATH" : "it is on PATH");
  }
  return {};
}

/// The project's volume comes before those that lie below it.
Result<void> add_caches(const RunInputs& inputs, const RequestedMounts& requested, RunPlan& plan,
                        MountTable& table) {
  std::vector<Mount> taken = plan.mounts;
  for (const RequestedMount& asked : requested) taken.push_back(asked.mount);
  decide_caches(inputs, taken, plan);
  for (const PlannedCache& cache : plan.caches) {
    MINO_TRY(table.add(volume(to_string(cache.name), cache.target),
                       "the " + cache.name.ecosystem + " cache"));
  }
  return {};
}

Result<void> add_requested(const RequestedMounts& requested, RunPlan& plan, MountTable& table) {
  for (const RequestedMount& asked : requested) {
    const Mount& mount = asked.mount;
    if (Result<void> allowed = check_mount_target(mount.target); !allowed.ok()) {
      return std::move(allowed.error()).add_context(asked.origin);
    }
    MINO_TRY(table.add(mount, asked.origin));
    plan.grants.emplace_back(MountGrant{mount});
    explain(plan, "mount", mount.source + " at " + mount.target, asked.origin, "");
  }
  return {};
}

}  // namespace

Result<std::vector<RequestedMount>> requested_mounts(const RunRequest& request,
                                                     const Config& config, const HostFacts& host,
                                                     const std::string& project) {
  std::vector<RequestedMount> mounts;
  const Origin origin = config.origin("container.volumes");
  for (const std::string& text : config.list("container.volumes")) {
    Result<Mount> mount = parse_volume(text, host.home, project);
    if (!mount.ok()) {
      mount.error()
          .set_code(fault_of(origin))
          .add_context("container.volumes (" + to_string(origin) + ")");
      return std::move(mount).error();
    }
    mounts.push_back({*std::move(mount), to_string(origin)});
  }
  for (const std::string& text : request.volumes) {
    MINO_ASSIGN(Mount mount, parse_volume(text, host.home, host.working_directory));
    mounts.push_back({std::move(mount), "flag --volume"});
  }
  return mounts;
}

Result<std::vector<RequestedHostPath>> requested_host_paths(const RunRequest& request,
                                                            const Config& config,
                                                            const HostFacts& host) {
  std::vector<RequestedHostPath> paths;
  if (requested_image_kind(config) != ImageChoice::Kind::kHost) {
    if (request.host_paths.empty()) return paths;
    const std::string image = config.text("container.image").value_or("");
    return Error(ErrorCode::kUsage, "--host-path needs --image host, and the image is " +
                                        visible_text(image) + " (" +
                                        origin_of(config, "container.image") + ")")
        .set_hint("add --image host, or mount the directory with --volume");
  }
  const auto add = [&paths](std::string path, std::string origin) {
    if (std::ranges::find(paths, path, &RequestedHostPath::path) != paths.end()) return;
    paths.push_back({std::move(path), std::move(origin)});
  };
  for (const std::string& path : config.list("container.host_path")) {
    add(absolute_path(path, host.home, host.working_directory),
        origin_of(config, "container.host_path"));
  }
  for (const std::string& path : request.host_paths) {
    add(absolute_path(path, host.home, host.working_directory), "flag --host-path");
  }
  return paths;
}

Result<void> decide_mounts(const RunInputs& inputs, RunPlan& plan) {
  MINO_ASSIGN(const RequestedMounts requested,
              requested_mounts(inputs.request, inputs.config, inputs.host, inputs.project));
  MountTable table(plan);
  MINO_TRY(add_project(inputs, plan, table));
  MINO_TRY(add_host_system(inputs, plan, table));
  if (plan.image.kind == ImageChoice::Kind::kHost) {
    MINO_TRY(add_host_image_volumes(inputs, requested, plan, table));
  } else {
    MINO_TRY(add_image_home(inputs, requested, plan, table));
  }
  MINO_TRY(add_box_files(inputs, plan, table));
  MINO_TRY(add_ssh(inputs, requested, plan, table));
  MINO_TRY(add_broker(inputs, plan, table));
  MINO_TRY(add_host_paths(inputs, plan, table));
  MINO_TRY(add_caches(inputs, requested, plan, table));
  return add_requested(requested, plan, table);
}

}  // namespace mino
