#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/image_builder.hpp"
#include "tests/fakes/fake_container_engine.hpp"

namespace mino::fakes {

/// Builds images into a FakeContainerEngine: one line a step, the family by what the base is. Fails
/// on demand.
class FakeImageBuilder final : public ImageBuilder {
 public:
  /// Borrows the engine.
  explicit FakeImageBuilder(FakeContainerEngine& engine) : engine_(engine) {}

  [[nodiscard]] Result<BuildEnd> build(const ImageBuild& build, BuildObserver& observer) override {
    if (built_by_other) {
      observer.waiting();
      add(build);
      return BuildEnd::kBuiltByOther;
    }
    if (engine_.images.contains(build.tag) && build.when_there == ImageBuild::WhenThere::kKeep)
      return BuildEnd::kBuiltByOther;
    builds.push_back(build);
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < build.containerfile.size();) {
      const std::size_t end = build.containerfile.find('\n', begin);
      lines.push_back(build.containerfile.substr(begin, end - begin));
      begin = end + 1;
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
      observer.step(i + 1, lines.size(), lines[i]);
      observer.line("output of step " + std::to_string(i + 1));
      if (lines[i].starts_with("LABEL ")) labels_[build.tag] = lines[i];
      if (lines[i].ends_with("; false")) {
        observer.line("seen");
        return std::move(Error(ErrorCode::kInternal, "exit status 1").set_hint("the output"));
      }
    }
    if (failure) return *failure;
    add(build);
    return BuildEnd::kBuilt;
  }
  [[nodiscard]] Result<void> remove_superseded(const std::string& layer_names,
                                               const std::string& kept) override {
    removals.emplace_back(layer_names, kept);
    const std::string label = "io.mino.layers.names=\"" + layer_names + "\"";
    std::erase_if(engine_.images, [&](const auto& entry) {
      const auto found = labels_.find(entry.first);
      return found != labels_.end() && entry.first != kept &&
             entry.first.starts_with("localhost/mino-composed-") &&
             (found->second + " ").find(label + " ") != std::string::npos;
    });
    return {};
  }

  std::vector<ImageBuild> builds;
  std::vector<std::pair<std::string, std::string>> removals;
  std::optional<Error> failure;
  bool built_by_other = false;

 private:
  void add(const ImageBuild& build) {
    ImageFacts facts;
    for (const auto& [reference, image] : engine_.images) {
      if (image.id == build.base) facts = image;
    }
    facts.id = "built-" + std::to_string(engine_.images.size());
    if (facts.family == ImageFamily::kForeign) facts.family = ImageFamily::kLayered;
    engine_.images.insert_or_assign(build.tag, facts);
  }
  FakeContainerEngine& engine_;
  std::map<std::string, std::string> labels_;  ///< the LABEL line of each image that was built
};

}  // namespace mino::fakes
