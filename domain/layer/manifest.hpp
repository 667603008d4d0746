#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config/document.hpp"
#include "domain/result.hpp"

namespace mino {

/// What the box user gets at the first start of a box, into the home directory.
struct UserInstall {
  enum class Runtime {
    kNone,
    kNode,    ///< Node.js with npm ("node", "nvm")
    kRustup,  ///< a Rust toolchain ("rustup")
    kUv,      ///< uv, which brings Python tools ("uv")
  };
  Runtime runtime = Runtime::kNone;
  std::string version;  ///< of the runtime; may be empty
  std::vector<std::string> npm_globals;
  std::vector<std::string> cargo_tools;
  std::vector<std::string> uv_tools;

  [[nodiscard]] bool empty() const {
    return runtime == Runtime::kNone && npm_globals.empty() && cargo_tools.empty() &&
           uv_tools.empty();
  }
  bool operator==(const UserInstall&) const = default;
};

/// The word of a manifest for a runtime: "node", "rustup", "uv"; empty for none.
[[nodiscard]] std::string_view runtime_name(UserInstall::Runtime runtime);

/// What a layer's `layer.toml` says. Every string has been checked: names hold nothing that a
/// shell, a package manager or a Containerfile reads as more than a name.
struct LayerManifest {
  static constexpr std::size_t kMaxItems = 256;  ///< of each list and table
  std::string name;
  std::string description;
  std::string version;
  std::map<std::string, std::string> environment;
  std::vector<std::string> path_prepend;  ///< absolute, normalized, without a colon
  std::vector<std::string> cache_paths;   ///< below /cache, normalized
  std::vector<std::string> packages;      ///< whatever the package manager
  std::vector<std::string> apt_packages;  ///< where the base has apt-get
  std::vector<std::string> dnf_packages;  ///< where the base has dnf
  UserInstall user_install;

  [[nodiscard]] bool has_packages() const {
    return !packages.empty() || !apt_packages.empty() || !dnf_packages.empty();
  }
  bool operator==(const LayerManifest&) const = default;
};

/// Reads a manifest. kConfig, "<file>:<line>:<column>: <what>", for an unknown key (with the
/// nearest known one), a wrong type, a missing `[layer]` key, or a value that is not allowed.
[[nodiscard]] Result<LayerManifest> manifest_from_document(const ConfigDocument& document);

}  // namespace mino
