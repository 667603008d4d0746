#include "adapters/podman/build_output.hpp"

#include "domain/run/text.hpp"

#include <algorithm>
#include <charconv>

namespace mino::podman {
namespace {

bool take_number(std::string_view& text, char end, std::size_t& number) {
  const auto [after, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || after == text.data() + text.size() || *after != end) return false;
  text.remove_prefix(static_cast<std::size_t>(after - text.data()) + 1);
  return true;
}

/// `building at STEP "RUN …": while running runtime: exit status 1`: the step is told otherwise.
std::string_view without_step(std::string_view error) {
  constexpr std::string_view kStep = "building at STEP \"";
  constexpr std::string_view kEnd = "\": ";
  const std::size_t end = error.rfind(kEnd);
  if (!error.starts_with(kStep) || end == error.npos) return error;
  return error.substr(end + kEnd.size());
}

}  // namespace

std::optional<BuildStepLine> parse_step_line(std::string_view line) {
  constexpr std::string_view kStep = "STEP ";
  if (!line.starts_with(kStep)) return std::nullopt;
  line.remove_prefix(kStep.size());
  BuildStepLine step;
  if (!take_number(line, '/', step.number) || !take_number(line, ':', step.count))
    return std::nullopt;
  if (step.number == 0 || step.number > step.count) return std::nullopt;
  if (line.starts_with(' ')) line.remove_prefix(1);
  step.instruction = line;
  return step;
}

void LastLines::add(std::string_view line) {
  constexpr std::string_view kError = "Error: ";
  constexpr std::size_t kLongest = 400;
  if (line.starts_with(kError)) {
    error_ = visible_text(without_step(line.substr(kError.size())));
    return;
  }
  if (line.starts_with("time=\"")) return;
  std::string shown = visible_text(line.substr(0, kLongest));
  lines_.push_back(std::move(shown));
  if (lines_.size() > kMost) lines_.pop_front();
}

std::string LastLines::text() const {
  std::string text;
  for (const std::string& line : lines_) text += (text.empty() ? "  " : "\n  ") + line;
  return text;
}

bool LastLines::mentions_full_disk() const {
  const auto full = [](const std::string& line) {
    return line.find("o space left on device") != std::string::npos ||
           line.find("isk quota exceeded") != std::string::npos;
  };
  return full(error_) || std::ranges::any_of(lines_, full);
}

}  // namespace mino::podman
