#include "application/ssh_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "domain/run/text.hpp"

namespace mino::application {
namespace {

constexpr std::size_t kMaxLines = 10;

/// "; allow it with: mino config set ssh.sign true", with the value to be added for a list.
std::string advice_for(const SshEvent& event) {
  const std::string setting = allowing_setting(event.refusal);
  if (setting.empty()) return {};
  std::string value;
  if (event.refusal == SshRefusal::kKey) value = event.fingerprint;
  if (event.refusal == SshRefusal::kHost) {
    if (event.host_name.empty()) return {};
    value = event.host_name;
  }
  if (!value.empty())
    return fmt::format("; allow it by adding {} to {}", shell_word(value), setting);
  return "; allow it with: mino config set " + setting;
}

std::string line_of(const SshTally::Count& count) {
  return visible_text(fmt::format("  {}  {} {}: {}{}", describe_use(count.event), count.times,
                                  count.times == 1 ? "time" : "times",
                                  describe(count.event.refusal), advice_for(count.event)));
}

}  // namespace

std::vector<std::string> ssh_summary(const std::vector<SshTally::Count>& refused) {
  if (refused.empty()) return {};
  std::uint64_t total = 0;
  for (const SshTally::Count& count : refused) total += count.times;
  std::vector<std::string> lines;
  lines.push_back(total == 1 ? "ssh: 1 use of the agent was refused"
                             : fmt::format("ssh: {} uses of the agent were refused", total));
  const std::size_t shown = std::min(refused.size(), kMaxLines);
  for (std::size_t i = 0; i < shown; ++i) lines.push_back(line_of(refused[i]));
  if (refused.size() > shown) lines.push_back(fmt::format("  and {} more", refused.size() - shown));
  return lines;
}

}  // namespace mino::application
