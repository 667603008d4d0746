#include "domain/run/limits.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "domain/run/text.hpp"

namespace mino {
namespace {

struct Limit {
  std::string_view key;
  std::string_view controller;
  std::string_view what;
};

constexpr std::array<Limit, 3> kLimits{{
    {"container.memory", "memory", "memory limit"},
    {"container.cpus", "cpu", "processor limit"},
    {"container.pids", "pids", "limit of processes"},
}};

Error bad_limit(const Config& config, std::string_view key, std::string_view text,
                std::string_view form) {
  const Origin origin = config.origin(key);
  const ErrorCode code = origin.kind == OriginKind::kFlag ? ErrorCode::kUsage : ErrorCode::kConfig;
  return Error(code, std::string(key) + " \"" + visible_text(text) + "\" (" + to_string(origin) +
                         ") is not " + std::string(form));
}

}  // namespace

Result<Limits> limits_of(const Config& config) {
  Limits limits;
  if (const std::optional<std::string> memory = config.text("container.memory")) {
    limits.memory_bytes = parse_size_bytes(*memory);
    if (!limits.memory_bytes)
      return bad_limit(config, "container.memory", *memory, "a size such as 512m or 2g");
  }
  if (const std::optional<std::string> cpus = config.text("container.cpus")) {
    if (!parse_cpus_milli(*cpus))
      return bad_limit(config, "container.cpus", *cpus, "a number of processors such as 2 or 0.5");
    limits.cpus = cpus;
  }
  limits.pids = config.integer("container.pids");
  if (limits.pids <= 0)
    return bad_limit(config, "container.pids", std::to_string(limits.pids), "a positive number");
  return limits;
}

std::vector<std::string> unenforced_limits(const Config& config, const EngineFacts& engine) {
  std::vector<std::string> warnings;
  for (const Limit& limit : kLimits) {
    const Setting* setting = config.find(limit.key);
    if (setting == nullptr || setting->origin.kind == OriginKind::kDefault) continue;
    if (std::ranges::find(engine.cgroup_controllers, limit.controller) !=
        engine.cgroup_controllers.end())
      continue;
    warnings.push_back("the " + std::string(limit.what) +
                       " cannot be enforced here: the cgroup controller " +
                       std::string(limit.controller) + " is not delegated to you");
  }
  return warnings;
}

}  // namespace mino
