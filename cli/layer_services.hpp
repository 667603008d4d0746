#pragma once

#include <optional>

#include "application/compose_layers.hpp"
#include "application/project_layers.hpp"
#include "application/resolve_layers.hpp"
#include "cli/composition_root.hpp"
#include "domain/result.hpp"

namespace mino::cli {

/// What finds layers and makes images of them, for one command.
struct LayerServices {
  application::ResolveLayers resolve;
  application::ComposeLayers compose;

  LayerServices(CompositionRoot& root, const Paths& paths,
                std::optional<application::ProjectLayers> project);
  LayerServices(const LayerServices&) = delete;
  LayerServices& operator=(const LayerServices&) = delete;
  ~LayerServices() = default;
};

}  // namespace mino::cli
