#include "domain/selftest/probe_report.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace mino {
namespace {

constexpr std::string_view kEnd = "end";
constexpr std::string_view kOk = "ok";

/// Takes what precedes the separator off the front of `rest`.
std::string_view take(std::string_view& rest, char separator) {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

/// As mino-probe computes it: FNV-1a of 64 bits.
std::string fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits(16, '0');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, hash >>= 4)
    *digit = kDigits[hash & 15];
  return digits;
}

constexpr auto kOrdinaryNames = std::to_array<std::string_view>(
    {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "OLDPWD", "SHLVL", "LANG", "LANGUAGE", "TZ",
     "TERM", "COLORTERM", "HOSTNAME", "_"});

bool is_ordinary(std::string_view name) {
  return name.starts_with("LC_") || std::ranges::find(kOrdinaryNames, name) != kOrdinaryNames.end();
}

}  // namespace

ProbeReport parse_probe_report(std::string_view text) {
  ProbeReport report;
  while (!text.empty()) {
    std::string_view line = take(text, '\n');
    const std::string_view attempt = take(line, ' ');
    const std::string_view how = take(line, ' ');
    if (attempt.empty() || how.empty()) continue;
    if (attempt == kEnd) {
      report.is_whole = how == kOk;
      continue;
    }
    const AttemptOutcome outcome{std::string(how), std::string(line)};
    const auto [place, is_new] = report.outcomes.try_emplace(std::string(attempt), outcome);
    if (!is_new && how == kOk) place->second = outcome;
  }
  return report;
}

std::optional<std::string> leaked_variable(
    const AttemptOutcome& variables,
    const std::function<std::optional<std::string>(std::string_view)>& host_value) {
  std::string_view rest = variables.detail;
  while (!rest.empty()) {
    std::string_view digits = take(rest, ' ');
    const std::string_view name = take(digits, ':');
    if (name.empty() || is_ordinary(name)) continue;
    const std::optional<std::string> value = host_value(name);
    // Empty values say nothing.
    if (value && !value->empty() && fingerprint(*value) == digits) return std::string(name);
  }
  return std::nullopt;
}

}  // namespace mino
