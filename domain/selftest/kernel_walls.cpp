// What the box must not do to the kernel and to its own first process.
#include "domain/selftest/walls.hpp"

namespace mino {
namespace {

using enum Expectation::Kind;

void add_rights(std::vector<Wall>& walls) {
  Wall capabilities{"capabilities", "the box has no capability and no way to one", {}};
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
    capabilities.attempts.push_back({std::string("status:") + set, kFact, {}, "0000000000000000"});
  capabilities.attempts.push_back({"status:NoNewPrivs", kFact, {}, "1"});
  walls.push_back(std::move(capabilities));
  walls.push_back({"privilege",
                   "the box can do nothing that takes privilege",
                   {{"mount"},
                    {"remount"},
                    {"unshare_mount"},
                    {"setns"},
                    {"chroot"},
                    {"device"},
                    {"hostname"},
                    {"bpf"},
                    {"kernel_memory"},
                    {"kernel_setting"},
                    {"sysrq"}}});
}

}  // namespace

void add_kernel_walls(const RunPlan& plan, std::vector<Wall>& walls) {
  add_rights(walls);
  walls.push_back({"system-calls",
                   "system calls that have led out of boxes are refused",
                   {{"status:Seccomp", kFact, {}, "2"},
                    {"vsock"},
                    {"alg"},
                    {"packet"},
                    {"raw"},
                    {"io_uring"},
                    {"perf"},
                    {"userfaultfd"},
                    {"x32"}}});
  walls.push_back({"keyrings", "the box cannot use keyrings", {{"keyctl"}, {"add_key"}}});
  Wall namespaces{"user-namespaces",
                  "the box cannot make user namespaces",
                  {{"unshare_user"}, {"clone_user"}, {"clone3_user"}}};
  if (has_grant<NestedSandboxGrant>(plan.grants))
    namespaces.off = setting_behind(plan, "nested sandbox", "container.allow_nested_sandbox");
  walls.push_back(std::move(namespaces));
  walls.push_back(
      {"terminal-input", "the box cannot type into a terminal", {{"tiocsti"}, {"tioclinux"}}});
  walls.push_back({"first-process",
                   "the box's first process cannot be taken over",
                   {{"init_ptrace"},
                    {"init_lifeline"},
                    {"init_stdin"},
                    {"init_memory"},
                    {"init_environ"},
                    {"init_descriptors"},
                    {"init_root"},
                    {"keeper_ptrace"},
                    {"keeper_pipe"},
                    {"keeper_memory"},
                    {"keeper_descriptors"}}});
}

}  // namespace mino
