#include "domain/ssh/known_hosts.hpp"

#include <algorithm>

#include "domain/ssh/ssh_bytes.hpp"

namespace mino {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kHashMagic = "|1|";

/// Takes the next word off the line; empty at its end.
std::string_view take_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(kBlanks), line.size());
  line.remove_prefix(begin);
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// With `*` and `?` in the pattern. Linear in both: a star takes back no more than itself.
bool matches_pattern(std::string_view pattern, std::string_view name) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  std::size_t i = 0;
  while (i < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = i;
    } else if (at < pattern.size() &&
               (pattern[at] == '?' || lower(pattern[at]) == lower(name[i]))) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

bool matches_hash(std::string_view field, std::string_view name, const SshCrypto& crypto) {
  field.remove_prefix(kHashMagic.size());
  const std::size_t bar = field.find('|');
  if (bar == std::string_view::npos) return false;
  const auto salt = decode_base64(field.substr(0, bar));
  const auto hash = decode_base64(field.substr(bar + 1));
  if (!salt || salt->empty() || !hash) return false;
  std::string wanted(name);
  std::ranges::transform(wanted, wanted.begin(), lower);
  return crypto.hmac_sha1(*salt, wanted) == *hash;
}

/// A plain name out of a first field; empty when all are hashed, negated or patterns.
std::string readable_name(std::string_view field) {
  if (field.starts_with('|')) return {};
  for (std::size_t begin = 0; begin <= field.size();) {
    const std::size_t end = std::min(field.find(',', begin), field.size());
    const std::string_view name = field.substr(begin, end - begin);
    if (!name.empty() && name.find_first_of("!*?") == std::string_view::npos)
      return std::string(name);
    begin = end + 1;
  }
  return {};
}

/// "host" of "[host]:port".
std::string_view host_in(std::string_view name) {
  const std::size_t end = name.rfind("]:");
  if (!name.starts_with('[') || end == std::string_view::npos) return name;
  return name.substr(1, end - 1);
}

}  // namespace

bool known_hosts_field_matches(std::string_view field, std::string_view name,
                               const SshCrypto& crypto) {
  if (field.starts_with(kHashMagic)) return matches_hash(field, name, crypto);
  bool is_matched = false;
  for (std::size_t begin = 0; begin <= field.size();) {
    const std::size_t end = std::min(field.find(',', begin), field.size());
    std::string_view pattern = field.substr(begin, end - begin);
    begin = end + 1;
    const bool is_negated = pattern.starts_with('!');
    if (is_negated) pattern.remove_prefix(1);
    if (pattern.empty() || !matches_pattern(pattern, name)) continue;
    if (is_negated) return false;
    is_matched = true;
  }
  return is_matched;
}

KnownHosts KnownHosts::parse(std::string_view text) {
  KnownHosts hosts;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string_view names = take_word(line);
    if (names.empty() || names.starts_with('#')) continue;
    std::string_view marker;
    if (names.starts_with('@')) {
      marker = names;
      names = take_word(line);
    }
    const bool is_revoked = marker == "@revoked";
    const bool is_authority = marker == "@cert-authority";
    if (!marker.empty() && !is_revoked && !is_authority) continue;
    const std::string_view type = take_word(line);
    auto key = decode_base64(take_word(line));
    if (!key || SshReader(*key).string() != type) continue;
    if (is_authority) {
      hosts.authorities_[*std::move(key)].emplace_back(names);
      continue;
    }
    Entry& entry = hosts.keys_[*std::move(key)];
    entry.is_revoked = entry.is_revoked || is_revoked;
    entry.names.emplace_back(names);
  }
  return hosts;
}

std::optional<std::string> KnownHosts::name_of(std::string_view key,
                                               const std::vector<std::string>& names,
                                               const SshCrypto& crypto) const {
  const auto found = keys_.find(key);
  if (found == keys_.end() || found->second.is_revoked) return std::nullopt;
  for (const std::string& name : names) {
    for (const std::string& field : found->second.names)
      if (known_hosts_field_matches(field, name, crypto)) return name;
  }
  return std::nullopt;
}

std::optional<std::string> KnownHosts::certified_name_of(std::string_view authority,
                                                         const std::vector<std::string>& principals,
                                                         const std::vector<std::string>& names,
                                                         const SshCrypto& crypto) const {
  const auto found = authorities_.find(authority);
  if (found == authorities_.end() || is_revoked(authority)) return std::nullopt;
  for (const std::string& name : names) {
    if (std::ranges::find(principals, host_in(name)) == principals.end()) continue;
    for (const std::string& field : found->second)
      if (known_hosts_field_matches(field, name, crypto)) return name;
  }
  return std::nullopt;
}

std::string KnownHosts::any_name_of(std::string_view key) const {
  const auto found = keys_.find(key);
  if (found == keys_.end() || found->second.is_revoked) return {};
  for (const std::string& field : found->second.names)
    if (std::string name = readable_name(field); !name.empty()) return name;
  return {};
}

bool KnownHosts::is_revoked(std::string_view key) const {
  const auto found = keys_.find(key);
  return found != keys_.end() && found->second.is_revoked;
}

}  // namespace mino
