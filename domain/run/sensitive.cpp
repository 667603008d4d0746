#include "domain/run/sensitive.hpp"

#include <array>

namespace mino {
namespace {

constexpr std::array kNames = std::to_array<std::string_view>({
    // Keys and credentials of tools.
    ".ssh",
    ".aws",
    ".azure",
    ".gnupg",
    ".kube",
    ".docker",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    ".password-store",
    ".terraform.d",
    ".vault-token",
    ".pgpass",
    ".my.cnf",
    ".oci",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".config/gh",
    ".config/hub",
    ".config/gcloud",
    ".config/git/credentials",
    ".config/op",
    ".local/share/keyrings",
    "Library/Keychains",
    // Agents.
    ".claude.json",
    ".claude/.credentials.json",
    ".codex",
    ".gemini",
    // What was typed.
    ".bash_history",
    ".zsh_history",
    // Browsers and mail: cookies and saved passwords.
    ".mozilla",
    ".thunderbird",
    ".config/BraveSoftware",
    ".config/chromium",
    ".config/google-chrome",
    ".config/microsoft-edge",
    ".config/opera",
    ".config/vivaldi",
    "snap/chromium",
    "snap/firefox",
    "Library/Application Support/BraveSoftware",
    "Library/Application Support/Firefox",
    "Library/Application Support/Google/Chrome",
    "Library/Application Support/Microsoft Edge",
    "Library/Cookies",
    "Library/Safari",
    // Podman's registry passwords, hooks and storage: who writes them decides what the next box is.
    ".config/containers",
    ".local/share/containers",
    // Our own: configuration, approvals, records and logs.
    ".config/mino",
    ".local/state/mino",
    "Library/Application Support/mino",
});

}  // namespace

std::span<const std::string_view> sensitive_names() { return kNames; }

std::vector<std::string> sensitive_paths_below(std::string_view home) {
  std::vector<std::string> paths;
  paths.reserve(kNames.size());
  for (const std::string_view name : kNames)
    paths.push_back(std::string(home) + "/" + std::string(name));
  return paths;
}

}  // namespace mino
