#include "application/build_reporter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "domain/run/text.hpp"

namespace mino::application {

void BuildReporter::waiting() {
  progress_.show(fmt::format("another mino is building {}: waiting for it", tag_));
}

void BuildReporter::step(std::size_t number, std::size_t count, std::string_view instruction) {
  constexpr std::size_t kMost = 60;
  notices_.info(fmt::format("step {}/{}: {}", number, count, visible_text(instruction)));
  std::string label = visible_text(instruction.substr(0, kMost));
  if (!steps_.empty()) {
    const auto found = std::ranges::find(steps_, instruction, &BuildStep::instruction);
    // What takes no time is not worth a line.
    if (found == steps_.end() || found->label.empty()) return;
    label = found->label;
  }
  progress_.show(fmt::format("[{}/{}] {}", number, count, label));
  last_step_ = std::move(label);
}

void BuildReporter::line(std::string_view text) {
  const std::string shown = visible_text(text);
  notices_.info(shown);
  progress_.detail(shown);
}

}  // namespace mino::application
