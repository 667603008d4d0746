#include "adapters/podman/podman_box_builder.hpp"

#include "adapters/podman/box_processes.hpp"
#include "adapters/podman/podman_error.hpp"
#include "adapters/podman/run_argv.hpp"
#include "adapters/posix/bounded_output.hpp"
#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/spawn.hpp"
#include "domain/session/runtime_files.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace mino::podman {
namespace {

constexpr std::size_t kMaxOutput = 64 * 1024;

/// The id that `podman run --detach` prints, wherever it stands among warnings.
std::string id_in(std::string_view output) {
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    if (is_container_id(output.substr(0, end))) return std::string(output.substr(0, end));
    output.remove_prefix(std::min(end + 1, output.size()));
  }
  return {};
}

class PodmanBoxBuild final : public posix::BoxBuild {
 public:
  PodmanBoxBuild(posix::ChildProcess child, posix::UniqueFd output, std::string image)
      : child_(std::move(child)), output_(std::move(output)), image_(std::move(image)) {}

  [[nodiscard]] int process_fd() const override { return child_.pidfd(); }
  [[nodiscard]] int output_fd() const override { return output_.get(); }

  void drain() override {
    if (!output_) return;
    if (posix::read_available(output_.get(), text_, kMaxOutput) == posix::ReadState::kEnded)
      output_.reset();
  }

  [[nodiscard]] Result<std::string> finish() override {
    const posix::ExitStatus status = child_.wait();
    drain();
    if (status.exit_code == 0) {
      if (std::string id = id_in(text_); !id.empty()) return id;
    }
    return reworded({.action = "making the box", .image = image_, .exit_code = status.exit_code},
                    text_);
  }

 private:
  posix::ChildProcess child_;
  posix::UniqueFd output_;
  std::string image_;
  std::string text_;
};

}  // namespace

PodmanBoxBuilder::PodmanBoxBuilder(const FileSystem& files, const Environment& environment,
                                   std::string version)
    : files_(files),
      variables_(podman_environment(environment, PodmanPurpose::kLocal)),
      version_(std::move(version)) {}

Result<std::unique_ptr<posix::BoxBuild>> PodmanBoxBuilder::start(const RunPlan& plan,
                                                                 posix::UniqueFd lifeline) {
  std::optional<std::string> podman = find_program(files_, variables_, "podman");
  if (!podman) return no_podman();
  const posix::UniqueFd nothing(
      posix::retry([] { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }));
  int failed = errno;
  if (!nothing) return posix::file_error("opening", "/dev/null", failed);
  std::array<int, 2> ends{};
  const int made = ::pipe2(ends.data(), O_CLOEXEC);
  failed = errno;
  if (made != 0) return posix::system_error("making a pipe", failed);
  posix::UniqueFd output(ends[0]);
  const posix::UniqueFd child_output(ends[1]);
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);

  posix::SpawnSpec spec;
  spec.argv =
      run_argv(plan, {.podman = *podman,
                      .cidfile = fmt::format("{}/{}", plan.runtime_dir, kContainerIdFileName),
                      .version = version_});
  spec.environment = as_words(variables_);
  constexpr int kLifeline = 3;
  spec.descriptors = {{nothing.get(), STDIN_FILENO},
                      {child_output.get(), STDOUT_FILENO},
                      {child_output.get(), STDERR_FILENO},
                      {lifeline.get(), kLifeline}};
  MINO_ASSIGN(posix::ChildProcess child, posix::spawn(spec));
  const bool from_image = plan.image.kind == ImageChoice::Kind::kReference;
  std::unique_ptr<posix::BoxBuild> build = std::make_unique<PodmanBoxBuild>(
      std::move(child), std::move(output), from_image ? plan.image.reference : std::string());
  return build;
}

}  // namespace mino::podman
