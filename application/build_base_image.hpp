#pragma once

#include <string>
#include <vector>

#include "application/resolve_layers.hpp"
#include "domain/result.hpp"
#include "ports/container_engine.hpp"
#include "ports/image_builder.hpp"
#include "ports/notices.hpp"
#include "ports/progress_line.hpp"

namespace mino::application {

/// The name that a base image built here gets.
inline constexpr const char* kLocalBase = "localhost/mino-base:latest";

/// Builds the image that layers are built on, out of the files that mino carries.
class BuildBaseImage {
 public:
  struct Ports {
    ContainerEngine& engine;
    ImageBuilder& builder;
    ProgressLine& progress;
    Notices& notices;
  };
  struct Request {
    std::string from;   ///< image of a distribution; empty: the Containerfile's own
    std::string tools;  ///< "full" or "minimal"
    enum class Pull { kIfMissing, kAlways };
    Pull pull = Pull::kIfMissing;
    ImageBuild::Steps steps = ImageBuild::Steps::kKept;
  };

  /// `carried` are all files that mino carries of layers. All must outlive this.
  BuildBaseImage(Ports ports, std::vector<CarriedLayerFile> carried);

  /// Blocks. Errors: those of a pull and of the builder.
  [[nodiscard]] Result<void> execute(const Request& request);
  /// The Containerfile of the base.
  [[nodiscard]] std::string_view containerfile() const;

 private:
  [[nodiscard]] std::string default_distribution() const;

  Ports ports_;
  std::vector<CarriedLayerFile> carried_;
};

}  // namespace mino::application
