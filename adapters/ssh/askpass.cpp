#include "adapters/ssh/askpass.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/spawn.hpp"

namespace mino::ssh {
namespace {

constexpr std::string_view kPromptVariable = "SSH_ASKPASS_PROMPT=";

/// mino's own environment: the program is the user's, and shows its window where they are.
std::vector<std::string> environment_of_program() {
  std::vector<std::string> variables;
  for (char** variable = ::environ; *variable != nullptr; ++variable)
    if (!std::string_view(*variable).starts_with(kPromptVariable))
      variables.emplace_back(*variable);
  variables.push_back(std::string(kPromptVariable) + "confirm");
  return variables;
}

bool is_yes(std::string_view answer) {
  answer = answer.substr(0, answer.find('\n'));
  std::string word(answer);
  std::ranges::transform(word, word.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return word.empty() || word == "yes";
}

}  // namespace

std::optional<std::string> askpass_program(const Environment& environment) {
  auto program = environment.get("SSH_ASKPASS");
  if (!program || !program->starts_with('/')) return std::nullopt;
  const std::string wish = environment.get("SSH_ASKPASS_REQUIRE").value_or("");
  if (wish == "never") return std::nullopt;
  if (wish == "force" || wish == "prefer") return program;
  for (const char* display : {"DISPLAY", "WAYLAND_DISPLAY"})
    if (!environment.get(display).value_or("").empty()) return program;
  return std::nullopt;
}

Result<Askpass> Askpass::ask(const std::string& program, const std::string& question) {
  std::array<int, 2> ends{};
  const posix::UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing || ::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    return posix::system_error("asking", errno);
  posix::UniqueFd output(ends[0]);
  const posix::UniqueFd theirs(ends[1]);
  posix::SpawnSpec spec;
  spec.argv = {program, question};
  spec.environment = environment_of_program();
  spec.descriptors = {{nothing.get(), 0}, {theirs.get(), 1}, {nothing.get(), 2}};
  MINO_ASSIGN(posix::ChildProcess child, posix::spawn(spec));
  return Askpass(std::move(child), std::move(output));
}

Confirmation Askpass::answer() {
  const posix::ExitStatus status = child_.wait();
  std::array<char, 64> buffer{};
  const ssize_t got =
      posix::retry([&] { return ::read(output_.get(), buffer.data(), buffer.size()); });
  const std::string_view said(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  return status.exit_code == 0 && is_yes(said) ? Confirmation::kYes : Confirmation::kNo;
}

}  // namespace mino::ssh
