#pragma once

#include <string>
#include <vector>

#include "domain/layer/composed_image.hpp"
#include "ports/image_builder.hpp"
#include "ports/notices.hpp"
#include "ports/progress_line.hpp"

namespace mino::application {

/// Shows how a build goes: the step it is at, on one line of a terminal, with -v all that it
/// prints.
class BuildReporter final : public BuildObserver {
 public:
  /// `steps` are those of the Containerfile, for their labels; where there are none each step is
  /// shown by its instruction. All outlive this.
  BuildReporter(ProgressLine& progress, Notices& notices, const std::string& tag,
                const std::vector<BuildStep>& steps)
      : progress_(progress), notices_(notices), tag_(tag), steps_(steps) {}
  ~BuildReporter() override { progress_.clear(); }

  void waiting() override;
  void step(std::size_t number, std::size_t count, std::string_view instruction) override;
  void line(std::string_view text) override;
  /// What the last step that was shown is called; empty before the first.
  [[nodiscard]] const std::string& last_step() const { return last_step_; }

 private:
  ProgressLine& progress_;
  Notices& notices_;
  const std::string& tag_;
  const std::vector<BuildStep>& steps_;
  std::string last_step_;
};

}  // namespace mino::application
