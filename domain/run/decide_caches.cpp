// Which caches the box gets, and where.
#include <algorithm>
#include <string>
#include <utility>

#include "domain/run/decide_steps.hpp"

namespace mino {
namespace {

constexpr std::string_view kEnabled = "cache.enabled";

/// What stands at exactly that place already; null when nothing does.
const Mount* mount_at(const std::vector<Mount>& mounts, std::string_view target) {
  const auto found = std::ranges::find(mounts, target, &Mount::target);
  return found == mounts.end() ? nullptr : &*found;
}

/// With --cache-fresh a volume that cannot be there yet; else the latest generation.
PlannedCache planned(const RunInputs& inputs, std::string_view ecosystem, const std::string& hash,
                     std::string_view target) {
  PlannedCache cache{.name = {std::string(ecosystem), hash, {}}};
  cache.target = target;
  const CacheRecord* current = current_generation(inputs.caches.records, ecosystem, hash);
  if (inputs.request.fresh_caches == Switch::kOn) {
    cache.name.suffix = inputs.caches.fresh_suffix;
    cache.generation = (current == nullptr ? 0 : current->generation) + 1;
    return cache;
  }
  if (current == nullptr) return cache;
  cache.name = parse_cache_name(current->volume).value_or(cache.name);
  cache.generation = current->generation;
  cache.state = current->state;
  return cache;
}

void add(const RunInputs& inputs, PlannedCache cache, std::string reason, RunPlan& plan) {
  const bool fresh = inputs.request.fresh_caches == Switch::kOn;
  const std::string value = to_string(cache.name) + " at " + cache.target + ", " +
                            (fresh ? "fresh" : std::string(to_string(cache.state)));
  explain(plan, "cache " + cache.name.ecosystem, value,
          fresh ? "flag --cache-fresh" : origin_of(inputs.config, kEnabled), std::move(reason));
  plan.caches.push_back(std::move(cache));
}

void add_project_volume(const RunInputs& inputs, RunPlan& plan) {
  PlannedCache cache =
      planned(inputs, kProjectCache, inputs.project_digest.substr(0, kCacheHashDigits), kCacheRoot);
  cache.project = inputs.project;
  add(inputs, std::move(cache), "what no lockfile names", plan);
}

void add_variables(const RunInputs& inputs, RunPlan& plan) {
  const auto set = [&plan](const CacheVariable& variable) {
    const std::pair<std::string, std::string> setting(variable.name, variable.value);
    if (std::ranges::find(plan.cache_variables, setting) == plan.cache_variables.end())
      plan.cache_variables.push_back(setting);
  };
  for (const Lockfile& lockfile : inputs.caches.lockfiles) {
    if (const Ecosystem* ecosystem = find_ecosystem(lockfile.ecosystem)) {
      for (const CacheVariable& variable : ecosystem->variables) set(variable);
    }
  }
  if (!inputs.caches.lockfiles.empty()) set(general_cache_variable());
}

void add_lockfile_volumes(const RunInputs& inputs, const std::vector<Mount>& taken, RunPlan& plan) {
  for (const Lockfile& lockfile : inputs.caches.lockfiles) {
    const Ecosystem* ecosystem = find_ecosystem(lockfile.ecosystem);
    if (ecosystem == nullptr) continue;
    if (mount_at(taken, ecosystem->directory) != nullptr) {
      explain(plan, "cache " + lockfile.ecosystem,
              "what is mounted at " + std::string(ecosystem->directory),
              origin_of(inputs.config, kEnabled), "another mount takes the place");
      continue;
    }
    PlannedCache cache = planned(inputs, lockfile.ecosystem, lockfile.hash, ecosystem->directory);
    cache.lockfile = lockfile.file;
    add(inputs, std::move(cache), "named by " + lockfile.file, plan);
  }
}

}  // namespace

void decide_caches(const RunInputs& inputs, const std::vector<Mount>& taken, RunPlan& plan) {
  plan.warnings.insert(plan.warnings.end(), inputs.caches.warnings.begin(),
                       inputs.caches.warnings.end());
  if (!inputs.config.boolean(kEnabled)) {
    explain(plan, "cache", "off", origin_of(inputs.config, kEnabled), "");
    return;
  }
  if (inputs.caches.lockfiles.empty() && inputs.layer_cache_paths.empty()) return;
  if (is_within(plan.workdir, kCacheRoot)) {
    explain(plan, "cache", "off", origin_of(inputs.config, "container.workdir"),
            "the project is mounted at " + plan.workdir);
    return;
  }
  if (const Mount* other = mount_at(taken, kCacheRoot)) {
    // Volumes below it would leave directories in what is somebody else's.
    explain(plan, "cache", "what is mounted at " + std::string(kCacheRoot),
            origin_of(inputs.config, kEnabled), "another mount takes the place");
    if (other->access == MountAccess::kReadWrite) add_variables(inputs, plan);
    return;
  }
  add_project_volume(inputs, plan);
  add_lockfile_volumes(inputs, taken, plan);
  add_variables(inputs, plan);
}

}  // namespace mino
