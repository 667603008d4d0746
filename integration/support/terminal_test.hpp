#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "integration/support/agent_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {

inline constexpr char kCtrlC[] = "\x03";
inline constexpr char kCtrlD[] = "\x04";
inline constexpr char kCtrlZ[] = "\x1a";

/// Says "got <line>" to each line; the word is split so that its echo is not taken for it.
inline constexpr char kAnswerLines[] = "echo rea''dy; while read line; do echo go''t $line; done";
/// The same for a line that is typed in a shell, in double quotes.
inline constexpr char kTypedAnswerLines[] =
    "\"echo rea''dy; while read line; do echo go''t \\$line; done\"";
inline constexpr char kWaitForever[] = "echo rea''dy; while :; do sleep 1; done";

/// Agents on a terminal.
class TerminalTest : public AgentTest {
 protected:
  [[nodiscard]] ProgramSpec agent_sh(const std::string& script,
                                     std::vector<std::string> flags = {}) const {
    ProgramSpec spec = agent({"sh", "-c", script}, std::move(flags));
    spec.environment["TERM"] = "xterm";
    return spec;
  }
  /// A person's shell with job control. $MINO is the program.
  [[nodiscard]] ProgramSpec host_shell() const {
    ProgramSpec spec = bash("");
    spec.argv = {"bash", "--norc", "--noprofile", "--noediting", "-i"};
    spec.environment["PS1"] = "HOST> ";
    spec.environment["TERM"] = "xterm";
    return spec;
  }
  [[nodiscard]] std::string run_line(const std::string& rest) const {
    return "\"$MINO\" run --image \"$IMAGE\" --network none " + rest + "\r";
  }
};

/// Waits for it, and says what was there instead.
#define ASSERT_SHOWN(terminal, text)                                                 \
  ASSERT_TRUE((terminal).wait_for(text, seconds(40))) << "no " << (text) << " in:\n" \
                                                      << (terminal).screen()
#define EXPECT_ENDS(terminal, code) \
  EXPECT_EQ((terminal).wait(seconds(40)), code) << (terminal).screen()

}  // namespace mino::integration
