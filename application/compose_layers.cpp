#include "application/compose_layers.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "application/build_reporter.hpp"
#include "domain/check.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace {

constexpr std::string_view kOwnRegistry = "localhost/";
constexpr const char* kBuildBase =
    "make one here with: mino layers build base (--from names the distribution); --image host "
    "needs "
    "no image";

}  // namespace

Result<LayeredImage> ComposeLayers::look_up(const ImageRequest& request, const Config& config,
                                            ResolveLayers::Approving approving) {
  MINO_CHECK(!request.layers.empty());
  LayeredImage image;
  image.origin = request.origin;
  image.reason = request.reason;
  image.base.reference = config.text("container.layer_base").value_or("");
  MINO_TRY(check_layer_base(image.base));
  MINO_ASSIGN(image.layers, layers_.resolve(request.layers, approving));
  MINO_TRY(identify(image));
  return image;
}

Result<void> ComposeLayers::identify(LayeredImage& image) {
  MINO_ASSIGN(const std::optional<ImageFacts> base, ports_.engine.image(image.base.reference));
  if (!base) {
    image.state = LayeredImage::State::kUnknown;
    image.reference = image.base.reference;
    return {};
  }
  image.base.id = base->id;
  image.base.user = base->user;
  image.base.first_start = base->family == ImageFamily::kMino ? LayerBase::FirstStart::kBootstraps
                                                              : LayerBase::FirstStart::kDoesNothing;
  MINO_TRY(check_layer_base(image.base));
  image.digest = ports_.digest.sha256_hex(composed_bytes(image.base, image.layers));
  image.reference = composed_reference(image.digest);
  MINO_ASSIGN(const std::optional<ImageFacts> composed, ports_.engine.image(image.reference));
  image.state = composed ? LayeredImage::State::kReady : LayeredImage::State::kToBeBuilt;
  return {};
}

Result<void> ComposeLayers::pull_base(LayeredImage& image) {
  const std::string& reference = image.base.reference;
  if (reference.starts_with(kOwnRegistry)) {
    if (image.state != LayeredImage::State::kUnknown) return {};
    return std::move(Error(ErrorCode::kNotFound,
                           fmt::format("the image {}, on which layers are built, is not here",
                                       visible_text(reference)))
                         .set_hint(kBuildBase));
  }
  ports_.notices.progress(
      fmt::format("pulling {}, on which layers are built", visible_text(reference)));
  if (Result<void> pulled = ports_.engine.pull(reference); !pulled.ok()) {
    pulled.error().add_context("the image that layers are built on cannot be had");
    pulled.error().set_hint(fmt::format(
        "{}; then: mino config set container.layer_base localhost/mino-base:latest", kBuildBase));
    return std::move(pulled).error();
  }
  MINO_TRY(identify(image));
  if (image.state != LayeredImage::State::kUnknown) return {};
  return Error(ErrorCode::kInternal,
               fmt::format("the image {} was pulled and is not there", visible_text(reference)));
}

Result<void> ComposeLayers::ensure(LayeredImage& image, Build build) {
  if (image.state == LayeredImage::State::kUnknown) MINO_TRY(pull_base(image));
  if (image.state == LayeredImage::State::kReady && build == Build::kIfMissing) return {};
  MINO_TRY(this->build(image, build == Build::kAnyway ? ImageBuild::WhenThere::kReplace
                                                      : ImageBuild::WhenThere::kKeep));
  const std::string built = image.reference;
  // Looks anew, which also keeps the next run from having to.
  MINO_TRY(identify(image));
  if (image.reference != built) {
    return Error(ErrorCode::kBusy, fmt::format("the image {} changed while layers were built on it",
                                               visible_text(image.base.reference)))
        .set_hint("run the command again");
  }
  if (image.state != LayeredImage::State::kReady)
    return Error(ErrorCode::kInternal, fmt::format("{} was built and is not there", built));
  const Result<void> removed =
      ports_.builder.remove_superseded(layer_names(image.layers), image.reference);
  if (!removed.ok()) ports_.notices.info(removed.error().text());
  return {};
}

Composition ComposeLayers::composition(const LayeredImage& image) const {
  std::vector<std::string> digests;
  for (const Layer& layer : image.layers)
    digests.push_back(ports_.digest.sha256_hex(layer_bytes(layer)));
  return compose(image.base, image.layers, digests, image.digest);
}

Result<void> ComposeLayers::build(const LayeredImage& image, ImageBuild::WhenThere when_there) {
  Composition made = composition(image);
  ports_.notices.progress(fmt::format("building an image with the layers {} on {}",
                                      layer_names(image.layers),
                                      visible_text(image.base.reference)));
  BuildReporter reporter(ports_.progress, ports_.notices, image.reference, made.steps);
  auto built = ports_.builder.build({.tag = image.reference,
                                     .base = image.base.id,
                                     .containerfile = containerfile_text(made.steps),
                                     .files = std::move(made.files),
                                     .arguments = {},
                                     .steps = ImageBuild::Steps::kDropped,
                                     .when_there = when_there},
                                    reporter);
  if (built.ok()) return {};
  if (!reporter.last_step().empty()) built.error().add_context(reporter.last_step());
  return std::move(built).error();
}

}  // namespace mino::application
