#include "domain/run/box_files.hpp"

#include <optional>
#include <utility>

#include "domain/credential/broker.hpp"

namespace mino {
namespace {

std::string git_defaults_of(const RunPlan& plan) {
  const bool is_protected = plan.protection && plan.protection->level != ProtectLevel::kOff;
  std::optional<GitCredentialHelper> helper;
  if (plan.broker && !plan.broker->git_host.empty())
    helper = GitCredentialHelper{std::string(kBrokerProgram), plan.broker->git_host};
  return git_defaults(plan.git_identity,
                      is_protected ? RepositoryConfig::kReadOnly : RepositoryConfig::kWritable,
                      helper);
}

}  // namespace

/// The resolver of a gateway's box is an address out of the block of made-up ones: every question
/// reaches the gateway wherever it is sent, and none could be answered by anybody else.
std::vector<BoxFile> box_files(const RunPlan& plan) {
  std::vector<BoxFile> files;
  if (std::string defaults = git_defaults_of(plan); !defaults.empty())
    files.push_back({"gitconfig", std::string(kGitDefaultsPath), std::move(defaults)});
  if (plan.network == NetworkMode::kHost) return files;
  files.push_back({"hosts", "/etc/hosts",
                   "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n127.0.0.1 " +
                       plan.hostname + "\n"});
  if (plan.network == NetworkMode::kNone)
    files.push_back({"resolv.conf", "/etc/resolv.conf", "# this box has no network\n"});
  if (plan.egress && plan.egress->engine == NetworkEngine::kGateway)
    files.push_back({"resolv.conf", "/etc/resolv.conf", "nameserver 198.18.0.1\n"});
  if (plan.egress && plan.egress->engine == NetworkEngine::kIptables) {
    std::string content;
    for (const IpAddress& resolver : plan.egress->resolvers)
      content += "nameserver " + resolver.to_string() + "\n";
    files.push_back({"resolv.conf", "/etc/resolv.conf", std::move(content)});
  }
  return files;
}

}  // namespace mino
