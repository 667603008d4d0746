#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/layer/composed_image.hpp"
#include "domain/result.hpp"

namespace mino {

/// An image that is to be built.
struct ImageBuild {
  std::string tag;   ///< "localhost/mino-composed-…:latest"
  std::string base;  ///< id of the local image that it is built on
  std::string containerfile;
  std::vector<BuildFile> files;                  ///< what the Containerfile copies and mounts
  std::map<std::string, std::string> arguments;  ///< of the Containerfile, beside kBaseArgument
  enum class Steps {
    kDropped,  ///< only the image itself is kept
    kKept,     ///< each step is kept as an image, so that the next build need not repeat it
  };
  Steps steps = Steps::kDropped;
  enum class WhenThere {
    kKeep,     ///< an image of that tag is the one that is wanted
    kReplace,  ///< unless another mino has just built it
  };
  WhenThere when_there = WhenThere::kKeep;
};

/// Told how a build goes. Called by ImageBuilder::build() only while that runs.
class BuildObserver {
 public:
  BuildObserver() = default;
  BuildObserver(const BuildObserver&) = delete;
  BuildObserver& operator=(const BuildObserver&) = delete;
  virtual ~BuildObserver() = default;

  /// Another mino builds the same image, and its end is waited for.
  virtual void waiting() = 0;
  /// Step `number` of `count` begins, from 1; `instruction` is its line of the Containerfile.
  virtual void step(std::size_t number, std::size_t count, std::string_view instruction) = 0;
  /// A line that the step or the engine printed.
  virtual void line(std::string_view text) = 0;
};

enum class BuildEnd {
  kBuilt,
  kBuiltByOther,  ///< another mino built it first
};

/// Builds images and removes those that it built.
class ImageBuilder {
 public:
  ImageBuilder() = default;
  ImageBuilder(const ImageBuilder&) = delete;
  ImageBuilder& operator=(const ImageBuilder&) = delete;
  virtual ~ImageBuilder() = default;

  /// Builds the image and gives it its tag. Two builds of one tag by the same user run one after
  /// the other. Blocks without a deadline. Afterwards nothing is left but the image, whatever the
  /// end: no container, no process, no file; what a killed mino left is cleared up first.
  /// kUnavailable when the engine cannot be had or the disk is full; kInternal when SIGINT, SIGTERM
  /// or SIGHUP broke it off, and when a step failed: then the message holds its last lines and the
  /// hint the path of the whole output, which is kept.
  [[nodiscard]] virtual Result<BuildEnd> build(const ImageBuild& build,
                                               BuildObserver& observer) = 0;
  /// Takes from every image of ours whose label says those layers its tag, and removes it, except
  /// `kept` and those that a container uses. Images without our label are never touched.
  [[nodiscard]] virtual Result<void> remove_superseded(const std::string& layer_names,
                                                       const std::string& kept) = 0;
};

}  // namespace mino
