#include "application/egress_summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "domain/run/text.hpp"

namespace mino::application {
namespace {

constexpr std::size_t kMaxLines = 10;

/// "example.com:443", "[2001:db8::1]:443"; the host alone when a question was refused.
std::string destination_of(const EgressEvent& event) {
  if (event.host == EgressTally::kOthers) return "other destinations";
  if (event.port == 0) return event.host;
  const bool is_v6 = event.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", event.host, is_v6 ? "]" : "", event.port);
}

std::string advice_for(const EgressEvent& event) {
  if (event.host == EgressTally::kOthers) return {};
  // At the time of a question the port is not known.
  if (event.port == 0 && event.reason == DenyReason::kNoRule)
    return "; allow it with --network-allow " + shell_word(event.host + ":PORT");
  const auto destination = parse_egress_destination(destination_of(event));
  if (!destination.ok()) return {};
  std::string flag = allowing_flag(event.reason, *destination);
  if (flag.empty()) return flag;
  // The brackets of an IPv6 address are a pattern to some shells.
  const std::size_t blank = std::min(flag.find(' '), flag.size());
  std::string text = "; allow it with " + flag.substr(0, blank);
  return blank == flag.size() ? text : text + " " + shell_word(flag.substr(blank + 1));
}

std::string line_of(const EgressTally::Count& count) {
  return visible_text(fmt::format("  {}  {} {}: {}{}", destination_of(count.event), count.times,
                                  count.times == 1 ? "time" : "times", describe(count.event.reason),
                                  advice_for(count.event)));
}

}  // namespace

std::vector<std::string> egress_summary(const std::vector<EgressTally::Count>& denied) {
  if (denied.empty()) return {};
  std::uint64_t total = 0;
  for (const EgressTally::Count& count : denied) total += count.times;
  std::vector<std::string> lines;
  lines.push_back(total == 1 ? "network: 1 connection was refused"
                             : fmt::format("network: {} connections were refused", total));
  const std::size_t shown = std::min(denied.size(), kMaxLines);
  for (std::size_t i = 0; i < shown; ++i) lines.push_back(line_of(denied[i]));
  if (denied.size() > shown) lines.push_back(fmt::format("  and {} more", denied.size() - shown));
  return lines;
}

std::string replacement_note(const std::vector<EgressTally::Count>& denied,
                             const EgressPolicy& policy) {
  constexpr std::string_view kFlag = "--network-allow";
  const auto names_flag = [&](const EgressTally::Count& count) {
    return advice_for(count.event).find(std::string(kFlag) + " ") != std::string::npos;
  };
  if (policy.rules.empty() || std::ranges::none_of(denied, names_flag)) return {};
  const std::string& origin = policy.rules.front().origin;
  if (origin.find(kFlag) != std::string::npos) return {};
  return visible_text(fmt::format(
      "  {} takes the place of the rules there are ({}): name all that is needed", kFlag, origin));
}

}  // namespace mino::application
