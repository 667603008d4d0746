#include "cli/exit_code.hpp"

#include <gtest/gtest.h>

namespace mino::cli {
namespace {

TEST(ExitCode, UsageIsTwoForEveryCommand) {
  const Error error(ErrorCode::kUsage, "x");
  EXPECT_EQ(exit_code(error, FailedCommand::kPlain), 2);
  EXPECT_EQ(exit_code(error, FailedCommand::kStartsAgent), 2);
}

TEST(ExitCode, FailuresBeforeTheAgentAre125) {
  for (const ErrorCode code :
       {ErrorCode::kInternal, ErrorCode::kConfig, ErrorCode::kNotFound, ErrorCode::kUnavailable,
        ErrorCode::kPermission, ErrorCode::kBusy, ErrorCode::kNewerSchema}) {
    EXPECT_EQ(exit_code(Error(code, "x"), FailedCommand::kPlain), 1);
    EXPECT_EQ(exit_code(Error(code, "x"), FailedCommand::kStartsAgent), 125);
  }
}

TEST(ExitCode, DeclinedIsOne) {
  EXPECT_EQ(exit_code(Error(ErrorCode::kDeclined, "x"), FailedCommand::kPlain), 1);
  EXPECT_EQ(exit_code(Error(ErrorCode::kDeclined, "x"), FailedCommand::kStartsAgent), 1);
}

TEST(ExitCode, OnlyWhatRunsSomethingInABoxStartsAgents) {
  for (const CommandSpec& command : command_table()) {
    const bool starts =
        command.parent.empty() &&
        (command.name == "run" || command.name == "exec" || command.name == "selftest");
    EXPECT_EQ(failed_command(command) == FailedCommand::kStartsAgent, starts) << command.name;
  }
}

TEST(ExitCode, Signals) { EXPECT_EQ(exit_code_of_signal(9), 137); }

}  // namespace
}  // namespace mino::cli
