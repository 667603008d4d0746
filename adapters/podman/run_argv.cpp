#include "adapters/podman/run_argv.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace mino::podman {
namespace {

/// Podman hands this to mino-init behind the image's ENTRYPOINT; mino-init puts the command that
/// comes over the lifeline in its place (kCommandPlaceholder of the lifeline's protocol).
constexpr std::string_view kAgentPlaceholder = "mino-agent";

/// Of oci-hooks(5).
constexpr std::string_view kHookDirectories[] = {"/usr/share/containers/oci/hooks.d",
                                                 "/etc/containers/oci/hooks.d"};

class Words {
 public:
  explicit Words(std::vector<std::string> words) : words_(std::move(words)) {}
  Words& flag(std::string_view name) {
    words_.emplace_back(name);
    return *this;
  }
  /// As one word: a value that starts with a dash stays a value.
  Words& option(std::string_view name, std::string_view value) {
    words_.push_back(fmt::format("{}={}", name, value));
    return *this;
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(words_); }

 private:
  std::vector<std::string> words_;
};

std::string csv_field(std::string_view key, std::string_view value) {
  std::string field = fmt::format("\"{}=", key);
  for (const char c : value) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + '"';
}

void add_identity(Words& words, const RunPlan& plan, const RunArgvContext& context) {
  words.option("--name", plan.container_name)
      .option("--cidfile", context.cidfile)
      .option("--pull", "never");
  if (plan.after_end == AfterEnd::kRemove) words.flag("--rm");
  words.option("--label", fmt::format("{}={}", kSessionLabel, plan.session.str()));
  words.option("--label", fmt::format("{}={}", kProjectLabel, plan.project));
  words.option("--label", fmt::format("{}={}", kVersionLabel, context.version));
  words.option("--hostname", plan.hostname);
}

void add_confinement(Words& words, const RunPlan& plan) {
  // Without the option, podman's own default for an unprivileged user is an open network without
  // access to the host's loopback; `--network bridge` would be a network of its own that other
  // containers share.
  if (plan.egress && plan.egress->engine == NetworkEngine::kGateway) {
    words.option("--network", to_string(NetworkMode::kNone));
  } else if (plan.network == NetworkMode::kHost || plan.network == NetworkMode::kNone) {
    words.option("--network", to_string(plan.network));
  }
  if (plan.user.kind == UserMapping::Kind::kKeepId) {
    words.option("--userns",
                 fmt::format("keep-id:uid={},gid={}", plan.user.user_id, plan.user.group_id));
    words.option("--user", fmt::format("{}:{}", plan.user.user_id, plan.user.group_id));
  }
  words.option("--workdir", plan.workdir);
  words.option("--cap-drop", "ALL").option("--security-opt", "no-new-privileges");
  words.option("--pids-limit", std::to_string(plan.limits.pids));
  if (plan.limits.memory_bytes)
    words.option("--memory", fmt::format("{}b", *plan.limits.memory_bytes));
  if (plan.limits.cpus) words.option("--cpus", *plan.limits.cpus);
  // /run, /tmp and /var/tmp stay writable: podman puts a tmpfs there unless the plan mounts
  // something else.
  if (plan.root == RootAccess::kReadOnly) words.flag("--read-only");
}

void add_start(Words& words, const RunPlan& plan) {
  words.flag("--init").option("--init-path", plan.init_program).option("--preserve-fds", "1");
  // The owner logs what it relays; conmon would keep a second copy.
  words.option("--log-driver", "none").flag("--no-healthcheck");
  // Podman would copy the proxy variables of its own environment, passwords included, into its
  // records.
  words.option("--http-proxy", "false").option("--systemd", "false");
}

}  // namespace

std::string mount_value(const Mount& mount) {
  constexpr std::string_view kNames[] = {"bind", "volume", "tmpfs"};
  std::string value = csv_field("type", kNames[static_cast<std::size_t>(mount.kind)]);
  if (mount.kind != MountKind::kTmpfs && !mount.source.empty())
    value += ',' + csv_field("src", mount.source);
  value += ',' + csv_field("dst", mount.target);
  if (mount.access == MountAccess::kReadOnly) value += ',' + csv_field("ro", "true");
  if (mount.label != MountLabel::kKeep) {
    value += ',' + csv_field("relabel", mount.label == MountLabel::kShared ? "shared" : "private");
  }
  return value;
}

std::vector<std::string> run_argv(const RunPlan& plan, const RunArgvContext& context) {
  Words words({context.podman});
  // It replaces podman's own hook directories, so they are named again; podman passes over one that
  // is not there.
  if (plan.egress) {
    for (const std::string_view directory : kHookDirectories)
      words.option("--hooks-dir", directory);
    words.option("--hooks-dir", fmt::format("{}/hooks", plan.runtime_dir));
  }
  words.flag("run").flag("--detach");
  add_identity(words, plan, context);
  add_confinement(words, plan);
  add_start(words, plan);
  for (const Mount& mount : plan.mounts) words.option("--mount", mount_value(mount));
  if (plan.image.entrypoint) words.option("--entrypoint", *plan.image.entrypoint);
  if (plan.image.kind == ImageChoice::Kind::kHost) {
    // `:O`: what the box writes to its root goes to an overlay that is thrown away.
    words.flag("--rootfs").flag(fmt::format("{}:O", plan.image.root));
  } else {
    words.flag(plan.image.reference);
  }
  words.flag(kAgentPlaceholder);
  return words.take();
}

}  // namespace mino::podman
