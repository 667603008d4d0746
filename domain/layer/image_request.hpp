#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/config/config.hpp"
#include "domain/result.hpp"

namespace mino {

/// What a box is to be made of: layers, or one image.
struct ImageRequest {
  std::vector<std::string> layers;  ///< names after aliases, each once; empty: no layers
  std::string image;                ///< without layers: the reference after aliases
  Origin origin;                    ///< of the choice
  std::string reason;               ///< may be empty: "node stands for the layer typescript"
  bool operator==(const ImageRequest&) const = default;
};

/// The first of: layers by flag, an image by flag, MINO_LAYERS (`variable`, when it names any),
/// `container.layers`, `container.image`. In an image's place `ts`, `rust`, `py` and the like stand
/// for a layer, `base` for `container.layer_base`, which is also what layers are built on. kUsage
/// or kConfig for a name that no layer can have.
[[nodiscard]] Result<ImageRequest> requested_image(const Config& config,
                                                   const std::optional<std::string>& variable);

/// The names in a list by commas, blanks and empty ones left out.
[[nodiscard]] std::vector<std::string> split_layer_names(const std::string& text);

/// The layers of those names, after aliases, each once. Fails like requested_image().
[[nodiscard]] Result<ImageRequest> requested_layers(const std::vector<std::string>& names,
                                                    const Origin& origin);

}  // namespace mino
