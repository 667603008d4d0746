// What of the project the box must not write.
#include <algorithm>
#include <array>

#include "domain/protect/protected_names.hpp"
#include "domain/selftest/walls.hpp"

namespace mino {
namespace {

using enum Expectation::Kind;

/// mino's own configuration, which every level protects.
bool is_minos(std::string_view name) { return name == ".mino.toml" || name == ".mino"; }

/// The attempts to change one protected name of the scratch project.
void add_attempts(const ProtectedName& name, std::vector<Expectation>& attempts) {
  const std::string path(name.name);
  if (name.kind == ProtectedKind::kDirectory) {
    attempts.push_back({"write:" + path + "/planted"});
    attempts.push_back({"make:" + path + "/planted.d"});
  } else {
    attempts.push_back({"write:" + path});
  }
  attempts.push_back({"move:" + path});
}

bool is_tried(const ProtectedName& name) {
  if (name.when_absent == WhenAbsent::kPlaceholder) return true;
  const std::vector<std::string> there = scratch_files();
  return std::ranges::find(there, name.name) != there.end();
}

Wall git_wall(std::string id, std::string title, const std::string& off,
              std::vector<Expectation> attempts) {
  return {std::move(id), std::move(title), std::move(attempts), off, {}};
}

}  // namespace

std::vector<std::string> scratch_files() {
  std::vector<std::string> names;
  for (const ProtectedName& name : protected_project_names()) {
    if (name.when_absent == WhenAbsent::kReport && name.kind == ProtectedKind::kFile)
      names.emplace_back(name.name);
  }
  return names;
}

void add_project_walls(const RunPlan& plan, const SelfTestPlaces& places,
                       std::vector<Wall>& walls) {
  const ProtectLevel level = plan.protection ? plan.protection->level : ProtectLevel::kOff;
  const std::string setting = setting_behind(plan, "protect", "container.protect");
  const std::string without_git = level == ProtectLevel::kOff ? setting : "";
  const std::string without_rest = level == ProtectLevel::kStrict ? "" : setting;

  walls.push_back(git_wall(
      "git-hooks", "the box cannot write git hooks", without_git,
      {{"write:.git/hooks/pre-commit"}, {"make:.git/hooks/planted.d"}, {"move:.git/hooks"}}));
  walls.push_back(git_wall("git-config", "the box cannot change what git is configured to run",
                           without_git,
                           {{"write:.git/config"},
                            {"move:.git/config"},
                            {"write:.git/config.worktree"},
                            {"write:.git/commondir"},
                            {"move:.git/commondir"},
                            {"write:.git/info/attributes"},
                            {"move:.git/info/attributes"}}));
  walls.push_back(git_wall("git-directory", "the box cannot put another git directory in its place",
                           without_git, {{"move:.git"}}));
  Wall minos{"mino-config", "the box cannot configure the next box", {}, without_git, {}};
  Wall others{"project-tools",
              "the box cannot write what editors, agents and shells run",
              {},
              without_rest,
              {}};
  for (const ProtectedName& name : protected_project_names()) {
    if (is_tried(name)) add_attempts(name, (is_minos(name.name) ? minos : others).attempts);
  }
  walls.push_back(std::move(minos));
  walls.push_back(std::move(others));
  if (places.hidden.empty()) return;
  Wall hidden{"hidden", "the box cannot read what the configuration hides", {}, {}, {}};
  for (const std::string& path : places.hidden) {
    hidden.attempts.push_back({"content:" + std::to_string(hidden.attempts.size()), kAbsent, path});
  }
  walls.push_back(std::move(hidden));
}

}  // namespace mino
