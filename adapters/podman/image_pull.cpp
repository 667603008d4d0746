#include "adapters/podman/image_pull.hpp"

#include "adapters/podman/podman_error.hpp"
#include "adapters/posix/line_reader.hpp"
#include "adapters/posix/spawn.hpp"

#include <fmt/format.h>

#include <string_view>

namespace mino::podman {
namespace {

/// Podman's log lines and its error are not progress: the error is reworded and comes last.
bool is_progress(std::string_view line) {
  return !line.empty() && !line.starts_with("time=\"") && !line.starts_with("Error:");
}

}  // namespace

Result<void> pull_image(const std::string& podman, const Variables& variables,
                        const std::string& reference, Notices& notices) {
  posix::SpawnSpec spec;
  spec.argv = {podman, "pull", "--", reference};
  spec.environment = as_words(variables);
  spec.session = posix::SpawnSession::kCaller;
  std::string said;
  const auto show = [&](std::string_view line) {
    constexpr std::size_t kKept = 64 * 1024;
    if (is_progress(line)) notices.progress(line);
    said.append(line).append("\n");
    if (said.size() > 2 * kKept) said.erase(0, said.size() - kKept);
  };
  MINO_ASSIGN(const posix::ExitStatus status, posix::run_and_read_lines(spec, show));
  if (status.exit_code == 0) return {};
  return reworded({.action = fmt::format("pulling the image {}", reference),
                   .image = reference,
                   .exit_code = status.exit_code},
                  said);
}

}  // namespace mino::podman
