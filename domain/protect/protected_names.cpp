#include "domain/protect/protected_names.hpp"

#include <array>
#include <string>

namespace mino {
namespace {

using enum ProtectedKind;
using enum WhenAbsent;

constexpr auto kGitLevel = ProtectLevel::kGit;
constexpr auto kStrictLevel = ProtectLevel::kStrict;

constexpr auto kProjectNames = std::to_array<ProtectedName>({
    {".mino.toml", kFile, kPlaceholder, kGitLevel},
    {".mino", kDirectory, kPlaceholder, kGitLevel},
    {".gitmodules", kFile, kReport, kStrictLevel},
    {".gitattributes", kFile, kReport, kStrictLevel},
    {".vscode", kDirectory, kPlaceholder, kStrictLevel},
    {".idea", kDirectory, kPlaceholder, kStrictLevel},
    {".devcontainer", kDirectory, kPlaceholder, kStrictLevel},
    {".claude", kDirectory, kPlaceholder, kStrictLevel},
    {".codex", kDirectory, kPlaceholder, kStrictLevel},
    {".gemini", kDirectory, kPlaceholder, kStrictLevel},
    {".cursor", kDirectory, kPlaceholder, kStrictLevel},
    {".husky", kDirectory, kPlaceholder, kStrictLevel},
    {".mcp.json", kFile, kPlaceholder, kStrictLevel, "{\"mcpServers\": {}}\n"},
    {".envrc", kFile, kPlaceholder, kStrictLevel},
    {".mise.toml", kFile, kPlaceholder, kStrictLevel},
    {".tool-versions", kFile, kPlaceholder, kStrictLevel},
    {".pre-commit-config.yaml", kFile, kPlaceholder, kStrictLevel, "repos: []\n"},
    {".npmrc", kFile, kReport, kStrictLevel},
    {".yarnrc", kFile, kReport, kStrictLevel},
    {".yarnrc.yml", kFile, kReport, kStrictLevel},
    {".pypirc", kFile, kReport, kStrictLevel},
    // Of a shell or of git, where the project is a home directory.
    {".bashrc", kFile, kReport, kStrictLevel},
    {".bash_profile", kFile, kReport, kStrictLevel},
    {".bash_login", kFile, kReport, kStrictLevel},
    {".profile", kFile, kReport, kStrictLevel},
    {".zshrc", kFile, kReport, kStrictLevel},
    {".zshenv", kFile, kReport, kStrictLevel},
    {".zprofile", kFile, kReport, kStrictLevel},
    {".zlogin", kFile, kReport, kStrictLevel},
    {".gitconfig", kFile, kReport, kStrictLevel},
    {".ripgreprc", kFile, kReport, kStrictLevel},
});

// Git takes a commondir of "." for the directory itself; an empty one would break it.
constexpr auto kGitNames = std::to_array<ProtectedName>({
    {"hooks", kDirectory, kPlaceholder, kGitLevel},
    {"config", kFile, kPlaceholder, kGitLevel},
    {"config.worktree", kFile, kPlaceholder, kGitLevel},
    {"commondir", kFile, kPlaceholder, kGitLevel, ".\n"},
    {"info/attributes", kFile, kPlaceholder, kGitLevel},
});

constexpr auto kLevels = std::to_array<std::string_view>({"off", "git", "strict"});

/// The code points that HFS+ leaves out when it compares names, as UTF-8: U+200C to U+200F, U+202A
/// to U+202E, U+206A to U+206F, U+FEFF.
std::size_t ignored_bytes(std::string_view text) {
  if (text.size() < 3) return 0;
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) return 3;
  if (byte(0) != 0xE2) return 0;
  const bool ignored = (byte(1) == 0x80 && byte(2) >= 0x8C && byte(2) <= 0x8F) ||
                       (byte(1) == 0x80 && byte(2) >= 0xAA && byte(2) <= 0xAE) ||
                       (byte(1) == 0x81 && byte(2) >= 0xAA && byte(2) <= 0xAF);
  return ignored ? 3 : 0;
}

std::string folded(std::string_view name) {
  std::string text;
  for (std::size_t at = 0; at < name.size();) {
    if (const std::size_t skip = ignored_bytes(name.substr(at)); skip > 0) {
      at += skip;
      continue;
    }
    const char c = name[at++];
    text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

}  // namespace

std::string_view to_string(ProtectLevel level) { return kLevels[static_cast<std::size_t>(level)]; }

std::optional<ProtectLevel> parse_protect_level(std::string_view text) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (kLevels[i] == text) return static_cast<ProtectLevel>(i);
  }
  return std::nullopt;
}

std::span<const ProtectedName> protected_project_names() { return kProjectNames; }

std::span<const ProtectedName> protected_git_names() { return kGitNames; }

bool looks_like(std::string_view name, std::string_view protected_name) {
  return name != protected_name && folded(name) == folded(protected_name);
}

}  // namespace mino
