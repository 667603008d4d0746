#include "adapters/podman/podman_command.hpp"

#include "adapters/podman/podman_error.hpp"

#include <utility>

namespace mino::podman {

PodmanCommand::PodmanCommand(ProcessRunner& processes, const FileSystem& files,
                             const JsonCodec& json, const Environment& environment,
                             std::chrono::milliseconds deadline)
    : processes_(processes),
      files_(files),
      json_(json),
      variables_(podman_environment(environment, PodmanPurpose::kLocal)),
      deadline_(deadline) {}

Result<std::string> PodmanCommand::program() const {
  if (std::optional<std::string> path = find_program(files_, variables_, "podman"))
    return *std::move(path);
  return no_podman();
}

Result<ProcessOutput> PodmanCommand::run(const std::vector<std::string>& arguments) const {
  MINO_ASSIGN(std::string podman, program());
  ProcessSpec spec;
  spec.argv.push_back(std::move(podman));
  spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  spec.environment = variables_;
  spec.deadline = deadline_;
  // A list of some thousand containers is larger than the default allows.
  spec.max_output_bytes = std::size_t{64} * 1024 * 1024;
  Result<ProcessOutput> result = processes_.run(spec);
  if (result.ok()) return result;
  if (result.error().code() == ErrorCode::kTimeout) {
    result.error().set_hint(
        "see with `podman ps` whether podman answers at all; a stopped podman process holds its "
        "lock");
  } else {
    result.error().set_code(ErrorCode::kUnavailable);
  }
  return result;
}

Result<std::string> PodmanCommand::output(const std::string& action,
                                          const std::vector<std::string>& arguments) const {
  MINO_ASSIGN(ProcessOutput result, run(arguments).with_context(action));
  if (result.succeeded()) return std::move(result.output);
  return reworded({.action = action, .image = {}, .exit_code = result.exit_code}, result.errors);
}

Result<JsonValue> PodmanCommand::json(const std::string& action,
                                      const std::vector<std::string>& arguments) const {
  MINO_ASSIGN(const std::string text, output(action, arguments));
  return json_.parse(text).with_context(action);
}

bool PodmanCommand::succeeds(const std::vector<std::string>& argv) const {
  ProcessSpec spec;
  spec.argv = argv;
  spec.environment = variables_;
  spec.deadline = deadline_;
  const Result<ProcessOutput> result = processes_.run(spec);
  return result.ok() && result->succeeded();
}

}  // namespace mino::podman
