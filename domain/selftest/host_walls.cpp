// What of the host the box must not see or write.
#include <algorithm>

#include "domain/run/text.hpp"
#include "domain/selftest/walls.hpp"

namespace mino {
namespace {

using enum Expectation::Kind;

/// The origin of something that the plan grants: that of the decision which names it.
std::string origin_of_grant(const RunPlan& plan, std::string_view subject, std::string_view value) {
  for (const Decision& decision : plan.decisions) {
    if (decision.subject == subject && decision.value.starts_with(value))
      return visible_text(decision.origin);
  }
  return "the configuration";
}

/// One line for each thing of the host that somebody asked for.
void add_granted(const RunPlan& plan, std::vector<Wall>& walls) {
  for (const Grant& grant : plan.grants) {
    std::string origin;
    if (const auto* mount = std::get_if<MountGrant>(&grant)) {
      origin = origin_of_grant(plan, "mount", mount->mount.source + " at " + mount->mount.target);
    } else if (const auto* path = std::get_if<HostPathGrant>(&grant)) {
      origin = origin_of_grant(plan, "host path", path->path);
    } else if (const auto* variable = std::get_if<HostVariableGrant>(&grant)) {
      const auto planned =
          std::ranges::find(plan.environment, variable->name, &PlannedVariable::name);
      origin = planned == plan.environment.end() ? "" : visible_text(planned->origin);
    } else {
      continue;
    }
    walls.push_back({"granted",
                     "the box has nothing else of the host",
                     {},
                     visible_text(describe(grant)) + " (" + origin + ")",
                     {}});
  }
}

/// Whether something that was asked for shows that path of the host at its own place in the box.
bool is_shown(const RunPlan& plan, std::string_view path) {
  return std::ranges::any_of(plan.mounts, [&](const Mount& mount) {
    return mount.kind == MountKind::kBind && mount.source != plan.project &&
           is_within(path, mount.target);
  });
}

/// The places at which something may be mounted that can be written, one a line.
std::string writable_places(const RunPlan& plan) {
  std::string places =
      "/etc/hostname\n/etc/hosts\n/etc/resolv.conf\n/run\n/run/.containerenv\n"
      "/run/podman-init\n/run/secrets";
  if (plan.root == RootAccess::kWritable) places += "\n/";
  for (const Mount& mount : plan.mounts) {
    if (mount.access == MountAccess::kReadWrite) places += "\n" + mount.target;
  }
  // The protected places of the project are mounts of their own; those that are only pinned can be
  // written.
  if (plan.protection) places += "\n" + plan.workdir + "/.git\n" + plan.workdir + "/.git/info";
  return places;
}

void add_files(const RunPlan& plan, const SelfTestPlaces& places, std::vector<Wall>& walls) {
  Wall files{"host-files",
             "the box cannot see files of the host outside the project",
             {{"read:../planted"}}};
  const auto hidden = [&](std::string attempt, const std::string& path, std::string argument) {
    if (!is_shown(plan, path))
      files.attempts.push_back({std::move(attempt), kRefused, std::move(argument)});
  };
  hidden("read:" + std::string(kScratchLink), places.planted, "");
  hidden("see:planted", places.planted, places.planted);
  hidden("see:state", places.state, places.state);
  hidden("see:runtime", plan.runtime_dir, plan.runtime_dir);
  walls.push_back(std::move(files));

  Wall written{"host-writes",
               "the box cannot write files of the host outside the project",
               {{"other_mounts", kAbsent, writable_places(plan)}}};
  if (plan.image.kind == ImageChoice::Kind::kHost) {
    for (const char* path : {"/usr/planted", "/usr/bin/env", "/etc/ld.so.cache"})
      written.attempts.push_back({std::string("write:") + path});
  }
  if (plan.root == RootAccess::kReadOnly) written.attempts.push_back({"write:/planted"});
  walls.push_back(std::move(written));
}

void add_host_image(const RunPlan& plan, std::vector<Wall>& walls) {
  if (plan.image.kind != ImageChoice::Kind::kHost) return;
  Wall wall{"host-accounts", "the box cannot see the host's accounts, keys and logs", {}};
  for (const char* path :
       {"/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/ssl/private", "/etc/ssh/sshd_config",
        "/etc/machine-id", "/etc/crontab", "/var/log", "/var/lib", "/boot"}) {
    if (!is_shown(plan, path)) wall.attempts.push_back({std::string("see:") + path});
  }
  walls.push_back(std::move(wall));
}

/// Sockets of the host that lie in what was asked for cannot be told from others.
void add_sockets(const RunPlan& plan, std::vector<Wall>& walls) {
  const std::string known = plan.ssh ? std::string(kSshBoxSocket) : std::string();
  Wall wall{"host-services",
            "no program of the host serves a socket in the box",
            {{"sockets", kAbsent, known}}};
  for (const Grant& grant : plan.grants) {
    const auto* mount = std::get_if<MountGrant>(&grant);
    if (mount == nullptr) continue;
    for (const char* place : {"/run", "/var/run", "/tmp", "/var/tmp"}) {
      if (is_within(mount->mount.target, place) && wall.off.empty())
        wall.off = visible_text(describe(grant));
    }
  }
  walls.push_back(std::move(wall));
}

void add_ssh_agent(const RunPlan& plan, std::vector<Wall>& walls) {
  Wall wall{"ssh-agent", "the box cannot change the SSH agent", {}};
  const std::string socket(kSshBoxSocket);
  // Only the agent's own no counts: a socket that is not there has refused nothing.
  for (const char* attempt : {"agent_add", "agent_remove", "agent_lock"})
    wall.attempts.push_back({attempt, kFact, socket, "refused"});
  if (!plan.ssh) wall.off = "the SSH agent is not forwarded";
  walls.push_back(std::move(wall));
}

std::string planned_names(const RunPlan& plan) {
  std::string names;
  for (const PlannedVariable& variable : plan.environment)
    names += (names.empty() ? "" : "\n") + variable.name;
  return names;
}

}  // namespace

void add_host_walls(const RunPlan& plan, const SelfTestPlaces& places, std::vector<Wall>& walls) {
  add_files(plan, places, walls);
  add_host_image(plan, walls);
  add_granted(plan, walls);
  add_sockets(plan, walls);
  add_ssh_agent(plan, walls);
  walls.push_back({"devices", "the box has only harmless devices", {{"devices", kAbsent}}});
  walls.push_back(
      {"processes", "the box cannot see processes of the host", {{"other_processes", kAbsent}}});
  walls.push_back(
      {"descriptors", "the box was given no open file of the host", {{"descriptors", kAbsent}}});
  walls.push_back({"environment",
                   "the box has no variable of the host's environment that was not asked for",
                   {{std::string(kVariablesAttempt), kAbsent, planned_names(plan)}}});
}

}  // namespace mino
