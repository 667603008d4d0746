#include "domain/ssh/ssh_policy.hpp"

#include <algorithm>

#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::string_view kFingerprintBegin = "SHA256:";

std::string list_of(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + visible_text(item);
  return text;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool allows_key(const SshPolicy& policy, std::string_view fingerprint, std::string_view comment) {
  if (policy.keys.empty()) return true;
  return std::ranges::any_of(policy.keys, [&](const std::string& key) {
    return key.starts_with(kFingerprintBegin) ? key == fingerprint : key == comment;
  });
}

std::string describe(const SshPolicy& policy) {
  std::string text =
      "log in to " + (policy.hosts.empty() ? std::string("any host") : list_of(policy.hosts));
  text += policy.files == SshPolicy::Files::kAllowed ? " and sign files" : "";
  text += " with " + (policy.keys.empty() ? std::string("every key") : list_of(policy.keys));
  if (policy.forwarding == SshPolicy::Forwarding::kAllowed)
    text += ", as may the hosts that it logs in to";
  if (policy.confirmation == SshPolicy::Confirmation::kEachUse)
    text += ", after a question each time";
  return text;
}

Result<std::string> parse_ssh_host(std::string_view text) {
  const bool is_readable = std::ranges::all_of(
      text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
  if (text.empty() || !is_readable || text.find_first_of("*?!,|@#") != std::string_view::npos) {
    return Error(ErrorCode::kUsage,
                 "\"" + visible_text(text) + "\" is no name of a host in known_hosts")
        .set_hint("write it as known_hosts does: github.com, or [host]:port for another port");
  }
  const std::size_t colon = text.find(':');
  // Further colons are those of an IPv6 address, which stands there as it is.
  if (colon == std::string_view::npos || colon == 0 || text.front() == '[' ||
      !is_port(text.substr(colon + 1)))
    return std::string(text);
  const std::string port(text.substr(colon + 1));
  const std::string host(text.substr(0, colon));
  return port == "22" ? host : "[" + host + "]:" + port;
}

}  // namespace mino
