#include "adapters/terminal/console_prompter.hpp"

#include "tests/fakes/fake_environment.hpp"

#include <gtest/gtest.h>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

namespace mino::terminal {
namespace {

constexpr int kYes = 10;
constexpr int kNo = 11;
constexpr int kDeclined = 12;
constexpr int kFailed = 13;
constexpr int kNotInteractive = 14;
constexpr int kFirstChoice = 20;

enum class InterruptSignal { kAsItIs, kBlocked };

enum class Question { kYesOrNo, kChoice };

struct Situation {
  Question question = Question::kYesOrNo;
  Answer fallback = Answer::kNo;
  InterruptSignal interrupt = InterruptSignal::kAsItIs;
  fakes::FakeEnvironment environment;
};

[[noreturn]] void ask(const Situation& situation) {
  ::alarm(60);
  if (situation.interrupt == InterruptSignal::kBlocked) {
    sigset_t interrupt;
    ::sigemptyset(&interrupt);
    ::sigaddset(&interrupt, SIGINT);
    ::sigprocmask(SIG_BLOCK, &interrupt, nullptr);
  }
  ConsolePrompter prompter(situation.environment);
  if (!prompter.interactive()) ::_exit(kNotInteractive);
  if (situation.question == Question::kChoice) {
    const Result<std::size_t> choice = prompter.choose("which?", {"red", "green", "blue"}, 1);
    if (!choice) ::_exit(choice.error().code() == ErrorCode::kDeclined ? kDeclined : kFailed);
    ::_exit(kFirstChoice + static_cast<int>(*choice));
  }
  const Result<Answer> answer = prompter.confirm("go on?", situation.fallback);
  if (!answer) ::_exit(answer.error().code() == ErrorCode::kDeclined ? kDeclined : kFailed);
  ::_exit(*answer == Answer::kYes ? kYes : kNo);
}

// A child that asks on a terminal of its own, and what is typed there.
class Asked {
 public:
  explicit Asked(const Situation& situation) {
    pid_ = ::forkpty(&master_, nullptr, nullptr, nullptr);
    if (pid_ == 0) ask(situation);
  }
  ~Asked() { ::close(master_); }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  void type(const std::string& text) const {
    EXPECT_EQ(::write(master_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  // Reads until `text` has appeared on the terminal.
  void wait_for(const std::string& text) {
    while (seen_.find(text) == std::string::npos) {
      if (!read_more()) {
        ADD_FAILURE() << "no '" << text << "' in '" << seen_ << "'";
        return;
      }
    }
    seen_.erase(0, seen_.find(text) + text.size());
  }

  int exit_code() {
    while (read_more()) {
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  bool read_more() {
    std::array<char, 256> buffer{};
    pollfd watched{master_, POLLIN, 0};
    if (::poll(&watched, 1, 60'000) <= 0) return false;
    const ssize_t count = ::read(master_, buffer.data(), buffer.size());
    if (count <= 0) return false;
    seen_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  int master_ = -1;
  pid_t pid_ = -1;
  std::string seen_;
};

int answered(const std::string& prompt_end, const std::string& typed, const Situation& situation) {
  Asked asked(situation);
  asked.wait_for(prompt_end);
  asked.type(typed);
  return asked.exit_code();
}

TEST(ConsolePrompter, UnderstandsYesAndNo) {
  for (const char* typed : {"y\n", "Y\n", "yes\n", " YES \n"})
    EXPECT_EQ(answered("go on? [y/N] ", typed, {}), kYes) << typed;
  const Situation yes_by_default{.fallback = Answer::kYes, .environment = {}};
  for (const char* typed : {"n\n", "No\n"})
    EXPECT_EQ(answered("go on? [Y/n] ", typed, yes_by_default), kNo) << typed;
}

TEST(ConsolePrompter, NothingAndTheEndOfInputAreTheFallback) {
  const Situation yes_by_default{.fallback = Answer::kYes, .environment = {}};
  EXPECT_EQ(answered("[y/N] ", "\n", {}), kNo);
  EXPECT_EQ(answered("[Y/n] ", "\n", yes_by_default), kYes);
  EXPECT_EQ(answered("[y/N] ", "\x04", {}), kNo);
  EXPECT_EQ(answered("[Y/n] ", "\x04", yes_by_default), kYes);
}

TEST(ConsolePrompter, AsksAgainWhenItDoesNotUnderstand) {
  Asked asked({});
  asked.wait_for("[y/N] ");
  asked.type("perhaps\n");
  asked.wait_for("please answer y or n");
  asked.wait_for("[y/N] ");
  asked.type("y\n");
  EXPECT_EQ(asked.exit_code(), kYes);
}

TEST(ConsolePrompter, CtrlCDeclinesWhetherTheSignalIsBlockedOrNot) {
  for (const InterruptSignal interrupt : {InterruptSignal::kAsItIs, InterruptSignal::kBlocked}) {
    const Situation situation{.fallback = Answer::kYes, .interrupt = interrupt, .environment = {}};
    EXPECT_EQ(answered("[Y/n] ", "ye\x03", situation), kDeclined);
  }
}

TEST(ConsolePrompter, OffersAChoice) {
  const Situation choice{.question = Question::kChoice, .environment = {}};
  Asked asked(choice);
  asked.wait_for("which?");
  asked.wait_for("1) red");
  asked.wait_for("2) green");
  asked.wait_for("3) blue");
  asked.wait_for("Choose 1-3 [2]: ");
  asked.type("3\n");
  EXPECT_EQ(asked.exit_code(), kFirstChoice + 2);
  EXPECT_EQ(answered("[2]: ", " 1 \n", choice), kFirstChoice);
  EXPECT_EQ(answered("[2]: ", "\n", choice), kFirstChoice + 1);
  EXPECT_EQ(answered("[2]: ", "\x04", choice), kFirstChoice + 1);
  EXPECT_EQ(answered("[2]: ", "1\x03", choice), kDeclined);
}

TEST(ConsolePrompter, AsksAgainForWhatIsNoChoice) {
  const Situation choice{.question = Question::kChoice, .environment = {}};
  Asked asked(choice);
  for (const char* typed : {"0\n", "4\n", "red\n", "1x\n", "-1\n", "99999999999999999999\n"}) {
    asked.wait_for("[2]: ");
    asked.type(typed);
    asked.wait_for("please answer with a number from 1 to 3");
  }
  asked.wait_for("[2]: ");
  asked.type("1\n");
  EXPECT_EQ(asked.exit_code(), kFirstChoice);
}

TEST(ConsolePrompter, IsNotInteractiveInContinuousIntegration) {
  for (const char* name : {"CI", "GITHUB_ACTIONS", "GITLAB_CI", "CIRCLECI", "TRAVIS", "JENKINS_URL",
                           "BUILDKITE", "TEAMCITY_VERSION", "TF_BUILD"}) {
    Situation situation;
    situation.environment.variables[name] = "";
    Asked asked(situation);
    EXPECT_EQ(asked.exit_code(), kNotInteractive) << name;
  }
}

}  // namespace
}  // namespace mino::terminal
