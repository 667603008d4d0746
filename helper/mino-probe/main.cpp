// mino-probe [--output=FILE] ATTEMPT... : tries what a box must refuse and prints one line for each
// attempt; see README.md. Does no harm where it succeeds.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "helper/mino-probe/attempt.hpp"

namespace mino::probe {
namespace {

constexpr std::string_view kOutput = "--output=";
constexpr std::string_view kEnd = "end ok\n";

/// `NAME[:LABEL][=ARGUMENT]` as it was asked for; without an argument the label is one.
struct Asked {
  std::string label;  ///< with the name: what the line begins with
  std::string name;
  std::string argument;
};

Asked parse(std::string_view word) {
  Asked asked;
  const std::size_t equals = word.find('=');
  asked.label = word.substr(0, equals);
  const std::size_t colon = asked.label.find(':');
  asked.name = asked.label.substr(0, colon);
  if (equals != std::string_view::npos) {
    asked.argument = word.substr(equals + 1);
  } else if (colon != std::string::npos) {
    asked.argument = asked.label.substr(colon + 1);
  }
  return asked;
}

const Attempt* find(std::string_view name) {
  for (const auto group : {kernel_attempts(), process_attempts(), file_attempts(),
                           network_attempts(), agent_attempts(), inventory_attempts()}) {
    for (const Attempt& attempt : group) {
      if (attempt.name == name) return &attempt;
    }
  }
  return nullptr;
}

bool write_all(int target, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(target, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

int run(int count, char** words) {
  int target = STDOUT_FILENO;
  int first = 1;
  const bool is_file = count > 1 && std::string_view(words[1]).starts_with(kOutput);
  if (is_file) {
    // Closed before a program is executed and not counted as a descriptor that came from outside.
    target = ::open(words[1] + kOutput.size(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (target < 0) {
      std::perror("mino-probe");
      return 1;
    }
    first = 2;
  }
  for (int i = first; i < count; ++i) {
    const Asked asked = parse(words[i]);
    const Attempt* attempt = find(asked.name);
    if (attempt == nullptr) {
      std::fprintf(stderr, "mino-probe: no such attempt: %s\n", words[i]);
      return 2;
    }
    const Outcome outcome = attempt->act(asked.argument);
    std::string line = asked.label + " " + outcome.how;
    if (!outcome.detail.empty()) line += " " + outcome.detail;
    if (!write_all(target, line + "\n")) return 1;
  }
  // Tells a whole report from one of a probe that died on the way.
  return is_file && !write_all(target, kEnd) ? 1 : 0;
}

}  // namespace
}  // namespace mino::probe

int main(int argc, char** argv) { return mino::probe::run(argc, argv); }
