#include "cli/layer_services.hpp"

#include <utility>

namespace mino::cli {

LayerServices::LayerServices(CompositionRoot& root, const Paths& paths,
                             std::optional<application::ProjectLayers> project)
    : resolve({.files = root.files(),
               .source = root.config_source(),
               .trust = root.trust_store(),
               .clock = root.clock(),
               .prompter = root.prompter(),
               .audit = root.audit(),
               .notices = root.notices()},
              {.user = paths.layers(),
               .built_in = root.carried_layers(),
               .project = std::move(project)}),
      compose({.engine = root.engine(),
               .builder = root.image_builder(),
               .digest = root.digest(),
               .progress = root.progress_line(),
               .notices = root.notices()},
              resolve) {}

}  // namespace mino::cli
