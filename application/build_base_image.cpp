#include "application/build_base_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "application/build_reporter.hpp"
#include "domain/check.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace {

constexpr std::string_view kFolder = "base/";
constexpr std::string_view kContainerfile = "base/Containerfile";

/// Each line of the Containerfile; those that run a program of `setup` are called after it.
std::vector<BuildStep> labelled_steps(std::string_view containerfile) {
  constexpr std::string_view kPrograms = " /run/mino-build/";
  std::vector<BuildStep> steps;
  while (!containerfile.empty()) {
    const std::size_t end = std::min(containerfile.find('\n'), containerfile.size());
    const std::string_view line = containerfile.substr(0, end);
    containerfile.remove_prefix(std::min(end + 1, containerfile.size()));
    BuildStep step{std::string(line), {}};
    if (const std::size_t at = line.find(kPrograms); at != line.npos) {
      const std::string_view program = line.substr(at + kPrograms.size());
      step.label = std::string(program.substr(0, program.find(' ')));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace

BuildBaseImage::BuildBaseImage(Ports ports, std::vector<CarriedLayerFile> carried)
    : ports_(ports), carried_(std::move(carried)) {}

std::string_view BuildBaseImage::containerfile() const {
  const auto found = std::ranges::find(carried_, kContainerfile, &CarriedLayerFile::path);
  MINO_CHECK(found != carried_.end());
  return found->bytes;
}

std::string BuildBaseImage::default_distribution() const {
  const std::string argument = fmt::format("\nARG {}=", kBaseArgument);
  const std::string_view text = containerfile();
  const std::size_t at = text.find(argument);
  MINO_CHECK(at != text.npos);
  const std::size_t begin = at + argument.size();
  return std::string(text.substr(begin, text.find('\n', begin) - begin));
}

Result<void> BuildBaseImage::execute(const Request& request) {
  const std::string from = request.from.empty() ? default_distribution() : request.from;
  MINO_TRY(check_layer_base({.reference = from, .id = {}, .user = {}}));
  MINO_ASSIGN(std::optional<ImageFacts> base, ports_.engine.image(from));
  if (!base || request.pull == Request::Pull::kAlways) {
    ports_.notices.progress(fmt::format("pulling {}", visible_text(from)));
    if (Result<void> pulled = ports_.engine.pull(from); !pulled.ok()) {
      pulled.error().set_hint(
          "name another distribution's image, e.g.: mino layers build base "
          "--from docker.io/library/debian:12");
      return pulled;
    }
    MINO_ASSIGN(base, ports_.engine.image(from));
    if (!base)
      return Error(ErrorCode::kInternal, fmt::format("{} was pulled and is not there", from));
  }
  std::vector<BuildFile> files;
  for (const CarriedLayerFile& file : carried_) {
    if (!file.path.starts_with(kFolder) || file.path == kContainerfile) continue;
    constexpr std::uint32_t kProgram = 0755;
    constexpr std::uint32_t kData = 0644;
    files.push_back({std::string(file.path.substr(kFolder.size())), std::string(file.bytes),
                     file.bytes.starts_with("#!") ? kProgram : kData});
  }
  ports_.notices.progress(fmt::format("building {} on {}", kLocalBase, visible_text(from)));
  const std::string tag = kLocalBase;
  const std::vector<BuildStep> steps = labelled_steps(containerfile());
  BuildReporter reporter(ports_.progress, ports_.notices, tag, steps);
  MINO_TRY(ports_.builder.build({.tag = tag,
                                 .base = base->id,
                                 .containerfile = std::string(containerfile()),
                                 .files = std::move(files),
                                 .arguments = {{"MINO_TOOLS", request.tools}},
                                 .steps = request.steps,
                                 .when_there = ImageBuild::WhenThere::kReplace},
                                reporter));
  return {};
}

}  // namespace mino::application
