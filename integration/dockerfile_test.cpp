// Dockerfile.test on a bare distribution that is made here: the machine it describes has everything
// that building and testing needs. Building it installs some hundred packages the first time;
// podman keeps that layer.
#include "integration/support/box_test.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <filesystem>

namespace mino::integration {
namespace {

namespace fs = std::filesystem;

constexpr char kImage[] = "localhost/mino-test-machine:latest";

class DockerfileTest : public BoxTest {
 protected:
  void SetUp() override {
    BoxTest::SetUp();
    if (root_.empty()) return;
    const char* source = ::getenv("MINO_SOURCE_DIR");
    if (source == nullptr) GTEST_SKIP() << "MINO_SOURCE_DIR does not name the sources";
    source_ = source;
    const ProgramResult base = long_run({(source_ / "integration/env/make-debian-image").string()});
    if (base.code != 0) GTEST_SKIP() << "a Debian image cannot be made here: " << base.err;
    base_ = base.out.substr(0, base.out.find('\n'));
  }

  void TearDown() override {
    // Without its name the layers stay, for the next time.
    static_cast<void>(long_run({"podman", "rmi", "--no-prune", kImage}));
    BoxTest::TearDown();
  }

  [[nodiscard]] static ProgramResult long_run(std::vector<std::string> argv) {
    return run({.argv = std::move(argv),
                .environment = {},
                .directory = {},
                .input = {},
                .deadline = seconds(900)});
  }

  /// The package manager's words for a network that is not there.
  [[nodiscard]] static bool is_without_network(const std::string& output) {
    for (const char* words :
         {"Temporary failure resolving", "Could not connect", "Could not resolve",
          "Network is unreachable", "Connection timed out"}) {
      if (output.find(words) != std::string::npos) return true;
    }
    return false;
  }

  fs::path source_;
  std::string base_;
};

TEST_F(DockerfileTest, MakesAMachineThatLacksNothing) {
  const ProgramResult built =
      long_run({"podman", "build", "--file", (source_ / "Dockerfile.test").string(), "--build-arg",
                "BASE=" + base_, "--tag", kImage, source_.string()});
  if (built.code != 0 && is_without_network(built.out + built.err))
    GTEST_SKIP() << "no packages to be had here: " << built.err;
  ASSERT_EQ(built.code, 0) << built.out << built.err;

  const auto inside = [](std::vector<std::string> command) {
    std::vector<std::string> argv{"podman", "run", "--rm", "--network", "none", kImage};
    argv.insert(argv.end(), command.begin(), command.end());
    return long_run(argv);
  };
  const ProgramResult help = inside({"./dev", "--help"});
  EXPECT_EQ(help.code, 0) << help.err;
  EXPECT_NE(help.out.find("Usage: ./dev"), std::string::npos) << help.out;
  // Without a network nothing could be installed any more.
  const ProgramResult setup = inside({"./dev", "setup", "--unit"});
  EXPECT_EQ(setup.code, 0) << setup.err;
  EXPECT_NE(setup.err.find("nothing is missing"), std::string::npos) << setup.err;
  const ProgramResult configured = inside({"cmake", "--preset", "dev"});
  EXPECT_EQ(configured.code, 0) << configured.out << configured.err;
  const ProgramResult command =
      long_run({"podman", "image", "inspect", "--format", "{{json .Config.Cmd}}", kImage});
  EXPECT_EQ(command.out, "[\"./dev\",\"test\",\"--unit\"]\n");
}

}  // namespace
}  // namespace mino::integration
