#include "adapters/terminal/console_prompter.hpp"

#include "adapters/posix/posix_error.hpp"
#include "adapters/terminal/terminal_info.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <functional>
#include <optional>
#include <set>
#include <string_view>

namespace mino::terminal {
namespace {

// Set by the handler; the one thing that can tell Ctrl-C from any other signal that ends a poll(2).
volatile std::sig_atomic_t interrupted = 0;
void note_interrupt(int) { interrupted = 1; }

/// SIGINT is noted while it lives, and delivered only inside wait_for_input().
class InterruptWatch {
 public:
  InterruptWatch() {
    interrupted = 0;
    sigset_t only_interrupt;
    ::sigemptyset(&only_interrupt);
    ::sigaddset(&only_interrupt, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &only_interrupt, &old_mask_);
    waiting_mask_ = old_mask_;
    ::sigdelset(&waiting_mask_, SIGINT);
    struct sigaction action {};
    action.sa_handler = note_interrupt;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, &old_action_);
  }
  ~InterruptWatch() {
    ::sigaction(SIGINT, &old_action_, nullptr);
    ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
  }
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  /// False on Ctrl-C.
  [[nodiscard]] bool wait_for_input() const {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    while (interrupted == 0) {
      if (::ppoll(&input, 1, nullptr, &waiting_mask_) != -1) return interrupted == 0;
      if (errno != EINTR) return true;
    }
    return false;
  }

 private:
  sigset_t old_mask_{};
  sigset_t waiting_mask_{};
  struct sigaction old_action_ {};
};

void say(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written =
        posix::retry([&] { return ::write(STDERR_FILENO, text.data(), text.size()); });
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

enum class End { kLine, kInput, kInterrupt };

struct Line {
  End end;
  std::string text;
};

Line read_line(const InterruptWatch& watch) {
  constexpr std::size_t kLongestAnswer = 4096;
  Line line{End::kLine, {}};
  while (watch.wait_for_input()) {
    char next = 0;
    const ssize_t count = posix::retry([&] { return ::read(STDIN_FILENO, &next, 1); });
    if (count <= 0) return {End::kInput, std::move(line.text)};
    if (next == '\n') return line;
    if (line.text.size() < kLongestAnswer) line.text += next;
  }
  return {End::kInterrupt, {}};
}

/// Without blanks and in lower case.
std::string word_of(std::string_view text) {
  std::string word;
  for (const char each : text) {
    const auto byte = static_cast<unsigned char>(each);
    if (std::isspace(byte) == 0) word += static_cast<char>(std::tolower(byte));
  }
  return word;
}

std::optional<Answer> understood(std::string_view text, Answer fallback) {
  const std::string word = word_of(text);
  if (word.empty()) return fallback;
  if (word == "y" || word == "yes") return Answer::kYes;
  if (word == "n" || word == "no") return Answer::kNo;
  return std::nullopt;
}

/// The index that a number from 1 to `count` stands for.
std::optional<std::size_t> chosen(std::string_view text, std::size_t count, std::size_t fallback) {
  const std::string word = word_of(text);
  if (word.empty()) return fallback;
  std::size_t number = 0;
  const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (failed != std::errc() || end != word.data() + word.size()) return std::nullopt;
  if (number < 1 || number > count) return std::nullopt;
  return number - 1;
}

/// The indices that numbers from 1 to `count` by blanks or commas stand for.
std::optional<std::vector<std::size_t>> several_chosen(std::string_view text, std::size_t count,
                                                       std::size_t fallback) {
  constexpr std::string_view kBetween = " ,\t";
  std::set<std::size_t> indices;
  while (true) {
    const std::size_t first = text.find_first_not_of(kBetween);
    if (first == text.npos) break;
    const std::size_t end = std::min(text.find_first_of(kBetween, first), text.size());
    const auto index = chosen(text.substr(first, end - first), count, fallback);
    if (!index) return std::nullopt;
    indices.insert(*index);
    text.remove_prefix(end);
  }
  if (indices.empty()) indices.insert(fallback);
  return std::vector<std::size_t>(indices.begin(), indices.end());
}

std::string numbered_list(const std::string& question, const std::vector<std::string>& options) {
  std::string list = question + "\n";
  for (std::size_t i = 0; i < options.size(); ++i)
    list += fmt::format("  {}) {}\n", i + 1, options[i]);
  return list;
}

/// Asks until an answer is understood.
template <typename T>
Result<T> ask(const std::string& prompt, const std::string& complaint, T fallback,
              const std::function<std::optional<T>(std::string_view)>& understand) {
  // Before the question is seen, so that no answer to it is missed.
  const InterruptWatch watch;
  for (;;) {
    say(prompt);
    const Line line = read_line(watch);
    if (line.end == End::kInterrupt) {
      say("\n");
      return Error(ErrorCode::kDeclined, "interrupted");
    }
    if (line.end == End::kInput) say("\n");
    if (const std::optional<T> answer = understand(line.text); answer) return *answer;
    if (line.end == End::kInput) return fallback;
    say(complaint);
  }
}

}  // namespace

bool ConsolePrompter::interactive() const {
  constexpr std::array<std::string_view, 9> kCiVariables = {
      "CI",          "GITHUB_ACTIONS", "GITLAB_CI",        "CIRCLECI", "TRAVIS",
      "JENKINS_URL", "BUILDKITE",      "TEAMCITY_VERSION", "TF_BUILD"};
  return is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO) &&
         std::none_of(kCiVariables.begin(), kCiVariables.end(),
                      [&](std::string_view name) { return environment_.get(name).has_value(); });
}

Result<Answer> ConsolePrompter::confirm(const std::string& question, Answer fallback) {
  const std::string prompt = question + (fallback == Answer::kYes ? " [Y/n] " : " [y/N] ");
  return ask<Answer>(prompt, "please answer y or n\n", fallback,
                     [fallback](std::string_view text) { return understood(text, fallback); });
}

Result<std::size_t> ConsolePrompter::choose(const std::string& question,
                                            const std::vector<std::string>& options,
                                            std::size_t fallback) {
  MINO_CHECK(fallback < options.size());
  const std::size_t count = options.size();
  say(numbered_list(question, options));
  return ask<std::size_t>(
      fmt::format("Choose 1-{} [{}]: ", count, fallback + 1),
      fmt::format("please answer with a number from 1 to {}\n", count), fallback,
      [count, fallback](std::string_view text) { return chosen(text, count, fallback); });
}

Result<std::vector<std::size_t>> ConsolePrompter::choose_several(
    const std::string& question, const std::vector<std::string>& options, std::size_t fallback) {
  MINO_CHECK(fallback < options.size());
  const std::size_t count = options.size();
  say(numbered_list(question, options));
  return ask<std::vector<std::size_t>>(
      fmt::format("Choose one or more of 1-{} [{}]: ", count, fallback + 1),
      fmt::format("please answer with numbers from 1 to {}, such as 3 4\n", count),
      std::vector<std::size_t>{fallback},
      [count, fallback](std::string_view text) { return several_chosen(text, count, fallback); });
}

}  // namespace mino::terminal
