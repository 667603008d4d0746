#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config/config.hpp"
#include "domain/config/document.hpp"
#include "domain/result.hpp"

namespace mino {

/// The layer that a file makes. kConfig for the first unknown key, wrong type or value and for keys
/// that exclude each other: "<file>:<line>:<column>: <what>", with the nearest known key as hint.
/// `kind` is kGlobalFile or kProjectFile.
[[nodiscard]] Result<ConfigLayer> layer_from_document(const ConfigDocument& document,
                                                      OriginKind kind);

using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view)>;
/// The layer of the variables that stand for scalar keys. An empty variable counts as not set.
/// kConfig names the variable.
[[nodiscard]] Result<ConfigLayer> layer_from_environment(const EnvironmentLookup& lookup);

/// A value given by a flag.
struct ConfigOverride {
  std::string key;
  ConfigValue value;
  std::string flag;  ///< as typed: "--image"
};
/// The layer of the flags. The keys have to be in the schema. kUsage names the flag, or both that
/// cannot be combined. An allow-list may stand beside the network "host": it wins.
[[nodiscard]] Result<ConfigLayer> layer_from_flags(const std::vector<ConfigOverride>& overrides);

/// Keys that must not be set together in one source: an allow-list with a preset, either with the
/// network "none" or "host". kConfig ("Config conflict") names both and where they are.
[[nodiscard]] Result<void> check_conflicts(const ConfigLayer& layer);

/// Dotted text of a path, each component as a TOML key.
[[nodiscard]] std::string path_text(const std::vector<std::string>& path);

}  // namespace mino
