#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/layer/manifest.hpp"

namespace mino {

/// Where a layer comes from, in the order in which they are looked for.
enum class LayerSource { kProject, kUser, kBuiltIn };

/// "project", "user", "built-in".
[[nodiscard]] std::string_view to_string(LayerSource source);

/// A layer as it was read, once: what is digested is what is built.
struct Layer {
  LayerManifest manifest;
  std::optional<std::string> script;  ///< of install.sh; nothing when it does nothing
  LayerSource source = LayerSource::kBuiltIn;
  std::string place;  ///< its directory; "built-in" for those that mino carries
  bool operator==(const Layer&) const = default;
};

/// Whether a script has a line that is neither blank nor a comment.
[[nodiscard]] bool does_something(std::string_view script);

/// A variable that a layer sets.
struct LayerVariable {
  std::string name;
  std::string value;
  std::string layer;  ///< the one that set it last
  bool operator==(const LayerVariable&) const = default;
};

/// What several layers set together: the later one wins. Sorted by name.
[[nodiscard]] std::vector<LayerVariable> layer_environment(const std::vector<Layer>& layers);
/// Directories before PATH, in order, each once at its first place.
[[nodiscard]] std::vector<std::string> layer_path(const std::vector<Layer>& layers);
/// Directories below /cache, in order, each once.
[[nodiscard]] std::vector<std::string> layer_cache_paths(const std::vector<Layer>& layers);

/// "rust,python".
[[nodiscard]] std::string layer_names(const std::vector<Layer>& layers);

}  // namespace mino
