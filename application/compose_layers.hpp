#pragma once

#include <optional>
#include <string>

#include "application/resolve_layers.hpp"
#include "domain/config/config.hpp"
#include "domain/layer/image_request.hpp"
#include "domain/layer/layered_image.hpp"
#include "domain/result.hpp"
#include "ports/container_engine.hpp"
#include "ports/digest.hpp"
#include "ports/image_builder.hpp"
#include "ports/notices.hpp"
#include "ports/progress_line.hpp"

namespace mino::application {

/// Makes the image of a run's layers. An image that is there costs no process: what it would be
/// called follows from facts that are cached.
class ComposeLayers {
 public:
  struct Ports {
    ContainerEngine& engine;
    ImageBuilder& builder;
    const Digest& digest;
    ProgressLine& progress;
    Notices& notices;
  };

  /// All must outlive this.
  ComposeLayers(Ports ports, ResolveLayers& layers) : ports_(ports), layers_(layers) {}

  /// Reads the layers of the request, which has some, and finds out which image they make on the
  /// configured base. Changes nothing but for an approval that is asked for. Errors: those of
  /// ResolveLayers and of the engine; kConfig for a base that none can be built on.
  [[nodiscard]] Result<LayeredImage> look_up(const ImageRequest& request, const Config& config,
                                             ResolveLayers::Approving approving);

  enum class Build {
    kIfMissing,
    kAnyway,  ///< also when the image is there
  };
  /// Pulls the base and builds the image where they are missing; then `image` is kReady. Images of
  /// the same layers that it supersedes are removed. Blocks. Errors: those of pull, of the builder;
  /// kBusy when the base changed meanwhile.
  [[nodiscard]] Result<void> ensure(LayeredImage& image, Build build);
  /// Pulls the base again, where its registry has a newer one.
  [[nodiscard]] Result<void> pull_base(LayeredImage& image);
  /// How the image is built. The base has to be here.
  [[nodiscard]] Composition composition(const LayeredImage& image) const;

 private:
  /// Base, digest, reference and state, as they are now.
  [[nodiscard]] Result<void> identify(LayeredImage& image);
  [[nodiscard]] Result<void> build(const LayeredImage& image, ImageBuild::WhenThere when_there);

  Ports ports_;
  ResolveLayers& layers_;
};

}  // namespace mino::application
