// Fifty sessions that start at the same moment, half of them detached: none takes another's name,
// output, exit code or files.
#include "integration/support/box_test.hpp"
#include "integration/support/leftovers.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace mino::integration {
namespace {

class Many : public BoxTest {
 protected:
  static constexpr int kSessions = 50;
  static constexpr seconds kPatience{300};

  /// Reads what it is given, says it on one stream and its own number on the other, leaves a file,
  /// ends with its number.
  [[nodiscard]] static std::string command_of(int number) {
    const std::string n = std::to_string(number);
    return "echo out-" + n + "; echo err-" + n + " >&2; cat > file-" + n + "; hostname >> host-" +
           n + "; exit " + n;
  }

  Leftovers leftovers_;
};

TEST_F(Many, FiftySessionsAtOnceDoNotTouchEachOther) {
  std::vector<std::unique_ptr<Background>> programs;
  for (int i = 0; i < kSessions; ++i) {
    std::vector<std::string> words{"run",
                                   "--image",
                                   i % 3 == 0 ? user_image_ : image_,
                                   "--name",
                                   name("-" + std::to_string(i)),
                                   "--network",
                                   i % 5 == 0 ? "bridge" : "none"};
    if (i % 2 == 0) words.emplace_back("--detach");
    for (const std::string& word :
         {std::string("--"), std::string("sh"), std::string("-c"), command_of(i)})
      words.push_back(word);
    ProgramSpec spec = mino(std::move(words));
    spec.input = "in-" + std::to_string(i);
    programs.push_back(std::make_unique<Background>(spec));
  }
  for (int i = 0; i < kSessions; ++i) {
    SCOPED_TRACE(i);
    const std::string n = std::to_string(i);
    const std::string session = name("-" + n);
    const bool detached = i % 2 == 0;
    const auto code = programs[static_cast<std::size_t>(i)]->wait(kPatience);
    ASSERT_TRUE(code.has_value());
    const std::string out = programs[static_cast<std::size_t>(i)]->out();
    const std::string err = programs[static_cast<std::size_t>(i)]->err();
    EXPECT_EQ(*code, detached ? 0 : i) << err;
    EXPECT_EQ(out, detached ? session + "\n" : "out-" + n + "\n") << err;
    if (!detached) {
      EXPECT_EQ(err, "err-" + n + "\n");
    }
    ASSERT_TRUE(eventually(
        [&] { return json_member(slurp(record(session)), "status") == "stopped"; }, kPatience))
        << slurp(record(session));
    EXPECT_EQ(json_member(slurp(record(session)), "exit_code"), n);
    const ProgramResult logs = run_mino({"logs", session});
    EXPECT_EQ(logs.out, "out-" + n + "\n") << logs.err;
    EXPECT_EQ(logs.err, "err-" + n + "\n");
    EXPECT_EQ(slurp(project_ / ("file-" + n)), detached ? "" : "in-" + n);
    EXPECT_EQ(slurp(project_ / ("host-" + n)), session + "\n");
  }
  const std::vector<std::string> left =
      leftovers_.wait(name(), Leftovers::Namespaces::kCounted, seconds(60));
  EXPECT_TRUE(left.empty()) << joined(left);
}

TEST_F(Many, SessionsThatChooseTheirOwnNameChooseDifferentOnes) {
  std::vector<std::unique_ptr<Background>> programs;
  for (int i = 0; i < 12; ++i)
    programs.push_back(
        std::make_unique<Background>(box({"--network", "none", "--detach", "--", "hostname"})));
  std::set<std::string> names;
  for (const auto& program : programs) {
    ASSERT_EQ(program->wait(kPatience), 0) << program->err();
    std::string chosen = program->out();
    ASSERT_FALSE(chosen.empty());
    chosen.pop_back();
    EXPECT_TRUE(names.insert(chosen).second) << chosen;
    ASSERT_TRUE(eventually(
        [&] { return json_member(slurp(record(chosen)), "status") == "stopped"; }, kPatience));
    EXPECT_EQ(run_mino({"logs", chosen}).out, chosen + "\n");
  }
}

TEST_F(Many, OfSessionsOfOneNameAtOnceOneRuns) {
  std::vector<std::unique_ptr<Background>> programs;
  for (int i = 0; i < 8; ++i)
    programs.push_back(
        std::make_unique<Background>(box({"--network", "none", "--name", name(), "--", "sh", "-c",
                                          "echo ran; while [ ! -e go ]; do sleep 0.1; done"})));
  const auto running = [&] {
    int count = 0;
    for (const auto& program : programs) count += program->wait(milliseconds(0)) ? 0 : 1;
    return count;
  };
  ASSERT_TRUE(eventually([&] { return running() <= 1; }, kPatience));
  int ran = 0;
  EXPECT_TRUE(eventually(
      [&] {
        ran = 0;
        for (const auto& program : programs) ran += program->out() == "ran\n" ? 1 : 0;
        return ran > 0;
      },
      kPatience));
  EXPECT_EQ(run({.argv = {"touch", (project_ / "go").string()},
                 .environment = {},
                 .directory = {},
                 .input = {}})
                .code,
            0);
  for (const auto& program : programs) {
    const auto code = program->wait(kPatience);
    ASSERT_TRUE(code.has_value());
    if (program->out() == "ran\n") {
      EXPECT_EQ(*code, 0) << program->err();
    } else {
      EXPECT_EQ(*code, 125) << program->err();
      EXPECT_NE(program->err().find(" is already "), std::string::npos) << program->err();
    }
  }
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace mino::integration
