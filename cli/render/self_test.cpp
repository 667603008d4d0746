#include "cli/render/self_test.hpp"

#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mino::cli {
namespace {

constexpr std::string_view kHint =
    "see what the box is made of with: mino explain; a wall that nothing of yours takes away is a "
    "hole to report (SECURITY.md)";

Paint paint_of(WallState state) {
  switch (state) {
    case WallState::kStands:
      return Paint::kGreen;
    case WallState::kMissing:
      return Paint::kRed;
    case WallState::kOff:
      return Paint::kDim;
    case WallState::kNotTestable:
      return Paint::kYellow;
  }
  return Paint::kDim;
}

/// What is left out and what is amiss stand beside the title or below it.
std::string line_of(const WallResult& wall, Colour colour) {
  constexpr std::size_t kWidth = std::string_view("not testable").size();
  const std::string_view word = to_string(wall.state);
  std::string text = fmt::format("{}{:<{}}  {}\n", painted(word, paint_of(wall.state), colour), "",
                                 kWidth - word.size(), printable(wall.title));
  if (!wall.reason.empty()) {
    text += fmt::format("{:<{}}  {}{}\n", "", kWidth,
                        wall.state == WallState::kOff ? "by " : "because ", printable(wall.reason));
  }
  if (wall.state == WallState::kMissing)
    text += fmt::format("{:<{}}  hint: {}\n", "", kWidth, kHint);
  return text;
}

std::string summary(const SelfTestReport& report) {
  std::string text;
  for (const WallState state :
       {WallState::kStands, WallState::kMissing, WallState::kNotTestable, WallState::kOff}) {
    const auto count = std::ranges::count(report.walls, state, &WallResult::state);
    if (count == 0 && state != WallState::kStands && state != WallState::kMissing) continue;
    const std::string_view word = state == WallState::kStands ? "stand" : to_string(state);
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  }
  return text;
}

}  // namespace

std::string render_self_test(const SelfTestReport& report, Colour colour) {
  std::string text;
  for (const WallResult& wall : report.walls) text += line_of(wall, colour);
  return text + fmt::format("\n{} ({}).\n",
                            passes(report) ? "Every wall stands that the configuration asks for"
                                           : "This box does not keep all that it should",
                            summary(report));
}

}  // namespace mino::cli
