#include "domain/selftest/walls.hpp"

#include <algorithm>

#include "domain/run/text.hpp"

namespace mino {

std::string setting_behind(const RunPlan& plan, std::string_view subject, std::string_view key) {
  const auto decision = std::ranges::find(plan.decisions, subject, &Decision::subject);
  if (decision == plan.decisions.end()) return std::string(key);
  return std::string(key) + " = " + visible_text(decision->value) + " (" +
         visible_text(decision->origin) + ")";
}

std::vector<Wall> walls_of(const RunPlan& plan, const SelfTestPlaces& places) {
  std::vector<Wall> walls;
  using enum Expectation::Kind;
  walls.push_back({"work",
                   "ordinary programs can work in the box",
                   {{"unix", kWorks},
                    {"inet", kWorks},
                    {"netlink", kWorks},
                    {"fork", kWorks},
                    {"child_ptrace", kWorks},
                    {"write:written-by-the-box", kWorks}}});
  add_project_walls(plan, places, walls);
  add_host_walls(plan, places, walls);
  add_kernel_walls(plan, walls);
  add_network_walls(plan, places, walls);
  return walls;
}

}  // namespace mino
