#pragma once

#include "ports/process_runner.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace mino::contract {

/// What a program of the test does.
struct ProgramConduct {
  std::string output;
  std::string errors;
  int exit_code = 0;
  int signal = 0;             ///< when not 0, it ends by this signal instead
  bool echoes_input = false;  ///< prints its input in place of `output`
};

class ProcessRunnerHarness {
 public:
  virtual ~ProcessRunnerHarness() = default;
  virtual ProcessRunner& runner() = 0;
  /// The command of a program that does this.
  virtual ProcessSpec program(const ProgramConduct& conduct) = 0;
  /// The command of a program that does not end within `spec.deadline`.
  virtual ProcessSpec endless_program() = 0;
};

using ProcessRunnerFactory = std::unique_ptr<ProcessRunnerHarness> (*)();

class ProcessRunnerContract : public ::testing::TestWithParam<ProcessRunnerFactory> {
 protected:
  ProcessRunner& runner() { return harness_->runner(); }
  std::unique_ptr<ProcessRunnerHarness> harness_ = GetParam()();
};

TEST_P(ProcessRunnerContract, KeepsTheTwoStreamsApart) {
  const Result<ProcessOutput> result =
      runner().run(harness_->program({.output = "out", .errors = "err"}));
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_TRUE(result->succeeded());
  EXPECT_EQ(result->output, "out");
  EXPECT_EQ(result->errors, "err");
  EXPECT_FALSE(result->signal.has_value());
}

TEST_P(ProcessRunnerContract, AProgramThatEndsWithItsCallerDoesAllElseAsOthersDo) {
  ProcessSpec good = harness_->program({.output = "out", .errors = "err", .exit_code = 3});
  ProcessSpec endless = harness_->endless_program();
  good.end = endless.end = ProcessEnd::kWithCaller;
  const std::vector<Result<ProcessOutput>> results = runner().run_all({good, endless});
  ASSERT_EQ(results.size(), 2U);
  ASSERT_TRUE(results[0].ok()) << results[0].error().text();
  EXPECT_EQ(results[0]->output, "out");
  EXPECT_EQ(results[0]->errors, "err");
  EXPECT_EQ(results[0]->exit_code, 3);
  EXPECT_EQ(results[1].error().code(), ErrorCode::kTimeout);
}

TEST_P(ProcessRunnerContract, AFailingProgramIsAResult) {
  const Result<ProcessOutput> result =
      runner().run(harness_->program({.output = {}, .errors = "why", .exit_code = 125}));
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_FALSE(result->succeeded());
  EXPECT_EQ(result->exit_code, 125);
  EXPECT_EQ(result->errors, "why");
}

TEST_P(ProcessRunnerContract, TellsASignalFromAnExitCode) {
  constexpr int kKill = 9;
  const Result<ProcessOutput> result =
      runner().run(harness_->program({.output = {}, .errors = {}, .signal = kKill}));
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_FALSE(result->succeeded());
  EXPECT_EQ(result->signal, kKill);
  EXPECT_FALSE(result->exit_code.has_value());
}

TEST_P(ProcessRunnerContract, GivesTheInput) {
  ProcessSpec spec = harness_->program({.output = {}, .errors = {}, .echoes_input = true});
  spec.input = std::string(300'000, 'i');
  const Result<ProcessOutput> result = runner().run(spec);
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(result->output, spec.input);
}

TEST_P(ProcessRunnerContract, AMissingProgramIsAnError) {
  ProcessSpec spec;
  spec.argv = {"mino-no-such-program"};
  spec.environment = {{"PATH", "/usr/bin:/bin"}};
  const Result<ProcessOutput> result = runner().run(spec);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kNotFound);
}

TEST_P(ProcessRunnerContract, DoesNotWaitForEver) {
  const Result<ProcessOutput> result = runner().run(harness_->endless_program());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kTimeout);
}

TEST_P(ProcessRunnerContract, RunsSeveralAndAnswersInTheirOrder) {
  ProcessSpec missing;
  missing.argv = {"mino-no-such-program"};
  missing.environment = {{"PATH", "/usr/bin:/bin"}};
  const ProcessSpec good = harness_->program({.output = "out", .errors = "", .exit_code = 3});
  const std::vector<Result<ProcessOutput>> results =
      runner().run_all({harness_->endless_program(), good, missing, good});
  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results[0].error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(results[2].error().code(), ErrorCode::kNotFound);
  for (const std::size_t i : {1U, 3U}) {
    ASSERT_TRUE(results[i].ok()) << results[i].error().text();
    EXPECT_EQ(results[i]->output, "out");
    EXPECT_EQ(results[i]->exit_code, 3);
  }
  EXPECT_TRUE(runner().run_all({}).empty());
}

}  // namespace mino::contract
