// What of the project the box may not write or see.
#include <utility>

#include "domain/check.hpp"
#include "domain/run/decide_steps.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::string_view kProtect = "container.protect";
constexpr std::string_view kHide = "container.hide";

std::string_view meaning(ProtectLevel level) {
  switch (level) {
    case ProtectLevel::kOff:
      return "the box may write what later runs on the host";
    case ProtectLevel::kGit:
      return "git's own files are read-only, those of editors, agents and shells are not";
    case ProtectLevel::kStrict:
      break;
  }
  return "what later runs on the host is read-only";
}

}  // namespace

Result<void> decide_protection(const RunInputs& inputs, RunPlan& plan) {
  const Config& config = inputs.config;
  const auto level = parse_protect_level(config.text(kProtect).value_or("strict"));
  MINO_CHECK(level.has_value());  // the schema knows the choices
  ProtectionPlan protection{
      .level = *level, .hidden = {}, .helper_program = inputs.host.helper_program};
  explain(plan, "protect", std::string(to_string(*level)), origin_of(config, kProtect),
          std::string(meaning(*level)));
  if (*level != ProtectLevel::kStrict)
    plan.grants.emplace_back(UnprotectedProjectGrant{std::string(to_string(*level))});
  for (const std::string& text : config.list(kHide)) {
    Result<std::string> path = project_path(text);
    if (!path.ok()) {
      const Origin origin = config.origin(kHide);
      path.error()
          .set_code(fault_of(origin))
          .add_context(std::string(kHide) + " (" + to_string(origin) + ")");
      return std::move(path).error();
    }
    explain(plan, "hide", *path, origin_of(config, kHide), "");
    protection.hidden.push_back(*std::move(path));
  }
  plan.git_identity = inputs.host.git_identity;
  if (plan.git_identity) {
    explain(plan, "git identity", plan.git_identity->name + " <" + plan.git_identity->email + ">",
            "git's configuration here", "commits in the box carry it, unless it sets another");
  }
  if (protection.level != ProtectLevel::kOff || !protection.hidden.empty())
    plan.protection = std::move(protection);
  return {};
}

}  // namespace mino
