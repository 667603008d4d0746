#include "adapters/ssh/filter_main.hpp"

#include <sys/resource.h>

#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>

#include "adapters/posix/posix_file_system.hpp"
#include "adapters/ssh/agent_filter.hpp"

namespace mino::ssh {
namespace {

constexpr std::size_t kFixedWords = 5;
constexpr std::size_t kMaxKnownHosts = std::size_t{16} << 20U;
/// Two sockets a client, and what the process has besides.
constexpr rlim_t kDescriptors = 192;
/// What its clients can make it hold is a fifth of that.
constexpr rlim_t kMemory = rlim_t{256} << 20U;

std::optional<SshPolicy> policy_of(const std::vector<std::string_view>& words) {
  if (words.size() < kFixedWords) return std::nullopt;
  SshPolicy policy;
  if (words[1] == "1") policy.files = SshPolicy::Files::kAllowed;
  if (words[2] == "1") policy.forwarding = SshPolicy::Forwarding::kAllowed;
  if (words[3] == "1") policy.confirmation = SshPolicy::Confirmation::kEachUse;
  std::size_t keys = 0;
  const std::string_view count = words[4];
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), keys);
  if (error != std::errc() || end != count.data() + count.size() ||
      keys > words.size() - kFixedWords)
    return std::nullopt;
  const auto first_key = words.begin() + kFixedWords;
  const auto first_host = first_key + static_cast<std::ptrdiff_t>(keys);
  policy.keys.assign(first_key, first_host);
  policy.hosts.assign(first_host, words.end());
  return policy;
}

KnownHosts known_hosts_of(const std::string& path) {
  if (path.empty()) return {};
  const auto text = posix::PosixFileSystem().read(path, kMaxKnownHosts);
  // Without it no host is known, and with `ssh.hosts` none is logged in to.
  if (!text.ok() || !*text) return {};
  return KnownHosts::parse(**text);
}

void limit_resources() {
  constexpr rlimit kFiles{kDescriptors, kDescriptors};
  constexpr rlimit kData{kMemory, kMemory};
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &kFiles));
  static_cast<void>(::setrlimit(RLIMIT_DATA, &kData));
}

}  // namespace

int filter_main(const std::vector<std::string_view>& words, const SshCrypto& crypto, int owner,
                int listener, Result<void> (*confine)()) {
  constexpr int kUsage = 2;
  auto policy = policy_of(words);
  if (!policy) return kUsage;
  posix::UniqueFd owner_socket(owner);
  posix::UniqueFd listening(listener);
  AgentFilter filter({*std::move(policy), known_hosts_of(std::string(words[0])), crypto},
                     std::move(owner_socket), std::move(listening), FilterLimits{});
  limit_resources();
  if (const auto confined = confine(); !confined.ok()) {
    std::fprintf(stderr, "mino ssh-agent: %s\n", confined.error().text().c_str());
    return 1;
  }
  filter.run();
  return 0;
}

std::vector<std::string> filter_words(const SshPolicy& policy, const std::string& known_hosts) {
  const auto digit = [](auto value, auto on) { return std::string(value == on ? "1" : "0"); };
  std::vector<std::string> words{"ssh-agent",
                                 known_hosts,
                                 digit(policy.files, SshPolicy::Files::kAllowed),
                                 digit(policy.forwarding, SshPolicy::Forwarding::kAllowed),
                                 digit(policy.confirmation, SshPolicy::Confirmation::kEachUse),
                                 std::to_string(policy.keys.size())};
  words.insert(words.end(), policy.keys.begin(), policy.keys.end());
  words.insert(words.end(), policy.hosts.begin(), policy.hosts.end());
  return words;
}

}  // namespace mino::ssh
