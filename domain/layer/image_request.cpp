#include "domain/layer/image_request.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "domain/layer/layer_name.hpp"

namespace mino {
namespace {

constexpr std::string_view kImage = "container.image";
constexpr std::string_view kLayers = "container.layers";

ImageRequest requested_by_image_key(const Config& config) {
  const std::string image = config.text(kImage).value_or("");
  ImageRequest request{{}, image, config.origin(kImage), {}};
  if (is_layer_alias(image)) {
    const std::string layer(layer_of_alias(image));
    request.layers = {layer};
    request.image.clear();
    request.reason = image + " stands for the layer " + layer;
  } else if (image == kBaseName) {
    request.image = config.text("container.layer_base").value_or("");
    request.reason = "base stands for container.layer_base";
  }
  return request;
}

}  // namespace

std::vector<std::string> split_layer_names(const std::string& text) {
  std::vector<std::string> names;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view item = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const std::size_t first = item.find_first_not_of(" \t");
    if (first == item.npos) continue;
    names.emplace_back(item.substr(first, item.find_last_not_of(" \t") - first + 1));
  }
  return names;
}

Result<ImageRequest> requested_layers(const std::vector<std::string>& names, const Origin& origin) {
  const bool typed = origin.kind == OriginKind::kFlag;
  ImageRequest request{{}, {}, origin, {}};
  for (const std::string& name : names) {
    if (Result<void> checked = check_layer_name(name); !checked.ok()) {
      if (!typed) checked.error().set_code(ErrorCode::kConfig);
      return std::move(checked.error().add_context(to_string(origin)));
    }
    std::string layer(layer_of_alias(name));
    if (layer == kBaseName) {
      return std::move(Error(typed ? ErrorCode::kUsage : ErrorCode::kConfig,
                             "base is no layer but what layers are built on")
                           .add_context(to_string(origin))
                           .set_hint("for the base alone: --image base"));
    }
    if (std::ranges::find(request.layers, layer) == request.layers.end())
      request.layers.push_back(std::move(layer));
  }
  return request;
}

Result<ImageRequest> requested_image(const Config& config,
                                     const std::optional<std::string>& variable) {
  const Origin layers_origin = config.origin(kLayers);
  const std::vector<std::string> configured = config.list(kLayers);
  if (layers_origin.kind == OriginKind::kFlag && !configured.empty())
    return requested_layers(configured, layers_origin);
  if (config.origin(kImage).kind == OriginKind::kFlag) return requested_by_image_key(config);
  if (variable) {
    if (const auto names = split_layer_names(*variable); !names.empty())
      return requested_layers(names, {OriginKind::kEnvironment, "MINO_LAYERS", 0, 0});
  }
  if (!configured.empty()) return requested_layers(configured, layers_origin);
  return requested_by_image_key(config);
}

}  // namespace mino
