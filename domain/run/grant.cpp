#include "domain/run/grant.hpp"

#include "domain/run/text.hpp"

namespace mino {
namespace {

template <typename... Callables>
struct Overloaded : Callables... {
  using Callables::operator()...;
};
template <typename... Callables>
Overloaded(Callables...) -> Overloaded<Callables...>;

std::string mount_text(const Mount& mount) {
  std::string text;
  if (mount.kind == MountKind::kBind) text = "the host's " + visible_text(mount.source);
  if (mount.kind == MountKind::kVolume)
    text = mount.source.empty() ? "a fresh volume" : "the volume " + visible_text(mount.source);
  if (mount.kind == MountKind::kTmpfs) text = "a file system in memory";
  text += " at " + visible_text(mount.target);
  return text + (mount.access == MountAccess::kReadWrite ? ", writable" : ", read-only");
}

}  // namespace

std::string_view grant_kind(const Grant& grant) {
  return std::visit(
      Overloaded{
          [](const ProjectGrant&) -> std::string_view { return "project"; },
          [](const SensitiveProjectGrant&) -> std::string_view { return "sensitive-project"; },
          [](const MountGrant&) -> std::string_view { return "mount"; },
          [](const HostPathGrant&) -> std::string_view { return "host-path"; },
          [](const HostSystemGrant&) -> std::string_view { return "host-system"; },
          [](const HostNetworkGrant&) -> std::string_view { return "host-network"; },
          [](const OpenNetworkGrant&) -> std::string_view { return "open-network"; },
          [](const EgressGrant&) -> std::string_view { return "egress"; },
          [](const PrivateAddressesGrant&) -> std::string_view { return "private-addresses"; },
          [](const HostLoopbackGrant&) -> std::string_view { return "host-loopback"; },
          [](const HostVariableGrant&) -> std::string_view { return "host-variable"; },
          [](const UnprotectedProjectGrant&) -> std::string_view { return "unprotected-project"; },
          [](const NestedSandboxGrant&) -> std::string_view { return "nested-sandbox"; },
          [](const SshAgentGrant&) -> std::string_view { return "ssh-agent"; },
          [](const CredentialGrant&) -> std::string_view { return "credential"; },
      },
      grant);
}

std::string describe(const Grant& grant) {
  return std::visit(
      Overloaded{
          [](const ProjectGrant& project) {
            return "the project " + visible_text(project.path) + ", writable";
          },
          [](const SensitiveProjectGrant& project) {
            return "the sensitive project " + visible_text(project.path) + ", which " +
                   visible_text(project.why);
          },
          [](const MountGrant& mount) { return mount_text(mount.mount); },
          [](const HostPathGrant& path) {
            return "the host's programs in " + visible_text(path.path) + ", read-only";
          },
          [](const HostSystemGrant&) {
            return std::string("the host's /usr and parts of its /etc, read-only");
          },
          [](const HostNetworkGrant&) {
            return std::string("the host's network, its own services on localhost included");
          },
          [](const OpenNetworkGrant&) {
            return std::string("a network with a route out and no rules");
          },
          [](const EgressGrant& egress) { return "connections to " + visible_text(egress.rule); },
          [](const PrivateAddressesGrant&) {
            return std::string("private addresses behind the names it may connect to");
          },
          [](const HostLoopbackGrant& loopback) {
            return "a service on the host's own localhost, as " + visible_text(loopback.rule);
          },
          [](const HostVariableGrant& variable) {
            return "the host's value of the variable " + variable.name;
          },
          [](const UnprotectedProjectGrant& unprotected) {
            return std::string(unprotected.level == "git"
                                   ? "project files that editors, agents and shells of the host run"
                                   : "project files that programs of the host run, git's included");
          },
          [](const NestedSandboxGrant&) { return std::string("user namespaces inside the box"); },
          [](const SshAgentGrant& agent) { return "the SSH agent, to " + agent.limits; },
          [](const CredentialGrant& credential) {
            return "your rights with " + credential.provider + " (" +
                   visible_text(credential.identity) + ")";
          },
      },
      grant);
}

}  // namespace mino
