#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "domain/run/decide.hpp"
#include "domain/run/sensitive.hpp"

namespace mino::testing_support {

/// Sets a key as a source of that kind would.
inline void set_config(Config& config, std::string_view key, ConfigValue value, Origin origin) {
  const ConfigKey* found = find_config_key(key);
  ASSERT_NE(found, nullptr) << key;
  config.apply({ConfigEntry{
      .key = found, .item = {}, .value = std::move(value), .origin = std::move(origin)}});
}

inline Origin flag_origin(std::string name) { return {OriginKind::kFlag, std::move(name), 0, 0}; }
inline Origin file_origin(std::uint32_t line) {
  return {OriginKind::kGlobalFile, "/home/ann/.config/mino/config.toml", line, 1};
}

/// A run of the user ann in /src/app: image fedora:43 that runs as root, nothing asked for, no
/// terminal.
inline RunInputs plain_inputs() {
  HostFacts host{.user_id = 1001,
                 .group_id = 1001,
                 .home = "/home/ann",
                 .working_directory = "/src/app",
                 .runtime_root = "/run/user/1001/mino",
                 .helper_program = "/usr/libexec/mino-helper",
                 .init_program = "/usr/libexec/mino-init",
                 .credential_program = "/usr/libexec/mino-credential",
                 .host_root = "/home/ann/.local/state/mino/host-root/0011223344556677",
                 .term = "tmux-256color",
                 .colorterm = "truecolor",
                 .shown_etc = {"/etc/ld.so.cache", "/etc/ssl/certs"},
                 .shown_system = {"/opt"},
                 .sensitive_paths = sensitive_paths_below("/home/ann")};
  EngineFacts engine{
      .version = "4.3.1", .rootless = true, .cgroup_controllers = {"cpu", "memory", "pids"}};
  ImageFacts image{.id = "sha256:1", .user = "", .home = "/root"};
  return RunInputs{
      .request = {},
      .config = {},
      .host = std::move(host),
      .engine = std::move(engine),
      .image = std::move(image),
      .session = SessionName::parse("calm-otter").value(),
      .project = "/src/app",
      .project_digest = "aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899",
      .container_suffix = "0a1b",
      .host_paths = {},
      .missing_variables = {},
      .encoded_rules = {}};
}

/// The same with `--image host`.
inline RunInputs host_image_inputs() {
  RunInputs inputs = plain_inputs();
  inputs.image.reset();
  set_config(inputs.config, "container.image", std::string("host"), flag_origin("--image"));
  return inputs;
}

/// The plan, which has to come about.
inline RunPlan plan_of(const RunInputs& inputs) {
  Result<RunPlan> plan = decide_run(inputs);
  if (!plan.ok()) throw std::runtime_error(plan.error().text());
  return std::move(plan).value();
}

/// The error, which has to come about.
inline Error refusal_of(const RunInputs& inputs) {
  Result<RunPlan> plan = decide_run(inputs);
  if (plan.ok()) throw std::runtime_error("a plan came about");
  return std::move(plan).error();
}

inline const Mount* mount_at(const RunPlan& plan, std::string_view target) {
  const auto found = std::ranges::find(plan.mounts, target, &Mount::target);
  return found == plan.mounts.end() ? nullptr : &*found;
}

inline const Decision* decision_on(const RunPlan& plan, std::string_view subject) {
  const auto found = std::ranges::find(plan.decisions, subject, &Decision::subject);
  return found == plan.decisions.end() ? nullptr : &*found;
}

template <typename T>
bool holds(const RunPlan& plan, const T& grant) {
  return std::ranges::find(plan.grants, Grant(grant)) != plan.grants.end();
}

}  // namespace mino::testing_support
