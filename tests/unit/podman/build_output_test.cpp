#include "adapters/podman/build_output.hpp"

#include "adapters/podman/podman_image_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mino::podman {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(BuildOutput, KnowsTheLinesThatAnnounceAStep) {
  const auto step = parse_step_line("STEP 3/7: RUN make STEP 4/7: x");
  ASSERT_TRUE(step);
  EXPECT_EQ(step->number, 3U);
  EXPECT_EQ(step->count, 7U);
  EXPECT_EQ(step->instruction, "RUN make STEP 4/7: x");
  for (const char* line : {"", "STEP", "STEP x/7: a", "STEP 3/: a", "STEP 8/7: a", "STEP 0/7: a",
                           " STEP 3/7: a", "STEP 3/7", "STEP 99999999999999999999999/7: a"})
    EXPECT_FALSE(parse_step_line(line)) << line;
}

TEST(BuildOutput, KeepsTheLastLinesAndPodmansReason) {
  LastLines last;
  for (int i = 0; i < 100; ++i) last.add("line " + std::to_string(i));
  last.add("\x1b[31mred");
  last.add("time=\"2026\" level=warning msg=\"x\"");
  last.add("Error: building at STEP \"RUN a \"b\": c\": while running runtime: exit status 3");
  EXPECT_EQ(last.error(), "while running runtime: exit status 3");
  EXPECT_THAT(last.text(), Not(HasSubstr("line 80\n")));
  EXPECT_THAT(last.text(), HasSubstr("  line 81\n"));
  EXPECT_THAT(last.text(), HasSubstr("\\x1b[31mred"));
  EXPECT_THAT(last.text(), Not(HasSubstr("level=warning")));
  EXPECT_FALSE(last.mentions_full_disk());
  last.add("tar: x: Cannot write: No space left on device");
  EXPECT_TRUE(last.mentions_full_disk());
}

TEST(BuildOutput, AnotherErrorIsLeftAsItIs) {
  LastLines last;
  last.add("Error: no such image");
  EXPECT_EQ(last.error(), "no such image");
}

TEST(BuildArgv, PullsNothingAndKeepsStepsOnlyWhenAsked) {
  const BuildPlace place{"/state/builds/mino-base/0011aabb"};
  ImageBuild build{.tag = "localhost/mino-base:latest",
                   .base = "id",
                   .containerfile = {},
                   .files = {},
                   .arguments = {{"MINO_TOOLS", "full"}},
                   .steps = ImageBuild::Steps::kKept};
  EXPECT_EQ(build_argv("/usr/bin/podman", build, place),
            (std::vector<std::string>{
                "/usr/bin/podman", "build", "--pull=never", "--rm", "--force-rm", "--layers=true",
                "--build-arg=MINO_BASE=localhost/mino-build-0011aabb:latest",
                "--build-arg=MINO_TOOLS=full", "--tag=localhost/mino-base:latest",
                "--file=/state/builds/mino-base/0011aabb/context/Containerfile",
                "/state/builds/mino-base/0011aabb/context"}));
  build.steps = ImageBuild::Steps::kDropped;
  EXPECT_THAT(build_argv("/usr/bin/podman", build, place), Contains("--layers=false"));
}

}  // namespace
}  // namespace mino::podman
