#include "domain/run/git_defaults.hpp"

#include "domain/handoff/git_config.hpp"

namespace mino {
namespace {

std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text + '"';
}

}  // namespace

std::optional<GitIdentity> git_identity_of(std::string_view configuration) {
  GitIdentity identity;
  for (const GitConfigEntry& entry : parse_git_config(configuration)) {
    if (entry.key == "user.name") identity.name = entry.value;
    if (entry.key == "user.email") identity.email = entry.value;
  }
  if (identity.name.empty() || identity.email.empty()) return std::nullopt;
  return identity;
}

std::string git_defaults(const std::optional<GitIdentity>& identity, RepositoryConfig repository,
                         const std::optional<GitCredentialHelper>& helper) {
  std::string text;
  if (identity) {
    text += "[user]\n\tname = " + quoted(identity->name) +
            "\n\temail = " + quoted(identity->email) + "\n";
  }
  if (repository == RepositoryConfig::kReadOnly)
    text += "[branch]\n\tautoSetupMerge = false\n[push]\n\tdefault = current\n";
  if (helper) {
    text += "[credential \"https://" + helper->host + "\"]\n\thelper = " + quoted(helper->program) +
            "\n";
  }
  // Last, so that what the image says holds.
  if (!text.empty()) text += "[include]\n\tpath = /etc/gitconfig\n";
  return text;
}

}  // namespace mino
