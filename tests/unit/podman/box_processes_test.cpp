#include "adapters/podman/box_processes.hpp"

#include "tests/fakes/fake_file_system.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino::podman {
namespace {

const std::string kId = "9c97a3bd704de030c7e6664de1a9a81d3a4051524ad15bd38ce4d5ed652d393f";
const std::string kOtherId = "0c97a3bd704de030c7e6664de1a9a81d3a4051524ad15bd38ce4d5ed652d393f";
constexpr char kName[] = "mino-calm-otter-0a1b";

std::string arguments(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + '\0';
  return text;
}

const std::string kConmon = arguments({"/usr/bin/conmon", "--api-version", "1", "-c", kId, "-u",
                                       kId, "-n", kName, "--exit-command-arg", kId});
const std::string kCreate = arguments({"/usr/bin/crun", "--log-format=json", "create", "--bundle",
                                       "/g/" + kId + "/userdata", "--preserve-fds", "1", kId});

TEST(BoxProcesses, KnowsAnId) {
  EXPECT_TRUE(is_container_id(kId));
  EXPECT_FALSE(is_container_id(kId.substr(1)));
  EXPECT_FALSE(is_container_id(kId.substr(1) + "g"));
  EXPECT_FALSE(is_container_id("--" + kId.substr(2)));
}

TEST(BoxProcesses, FindsConmonByNameAndTellsItsId) {
  const auto process = box_process_from_arguments(kConmon, kName, {});
  ASSERT_TRUE(process.has_value());
  EXPECT_EQ(process->program, "conmon");
  EXPECT_EQ(process->container_id, kId);
}

TEST(BoxProcesses, FindsTheRuntimeById) {
  ASSERT_TRUE(box_process_from_arguments(kCreate, "", {kOtherId, kId}).has_value());
  EXPECT_FALSE(box_process_from_arguments(kCreate, kName, {kOtherId}).has_value());
}

TEST(BoxProcesses, FindsAPodmanThatBuilds) {
  const std::string podman = arguments(
      {"/usr/bin/podman", "run", "--detach", std::string("--name=") + kName, "fedora:43"});
  const auto process = box_process_from_arguments(podman, kName, {});
  ASSERT_TRUE(process.has_value());
  EXPECT_EQ(process->program, "podman");
  EXPECT_EQ(process->container_id, "");
}

TEST(BoxProcesses, TakesNoOtherProgramAndNoOtherName) {
  EXPECT_FALSE(
      box_process_from_arguments(arguments({"/bin/vi", "-n", kName}), kName, {}).has_value());
  EXPECT_FALSE(
      box_process_from_arguments(arguments({"podman", "rm", kName}), kName, {}).has_value());
  EXPECT_FALSE(
      box_process_from_arguments(arguments({"conmon", "-n", std::string(kName) + "x"}), kName, {})
          .has_value());
  EXPECT_FALSE(box_process_from_arguments(arguments({"conmon", "-n", ""}), "", {}).has_value());
  EXPECT_FALSE(box_process_from_arguments("", kName, {kId}).has_value());
}

TEST(BoxProcesses, ReadsTheStartTime) {
  EXPECT_EQ(
      start_time_from_stat("7 (a) b) c) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 291606 1 2"),
      291606U);
  EXPECT_FALSE(start_time_from_stat("7 (x) S 1 2 3").has_value());
  EXPECT_FALSE(start_time_from_stat("").has_value());
}

TEST(BoxProcesses, LooksThroughProc) {
  fakes::FakeFileSystem files;
  files.add_file("/proc/12/cmdline", kConmon);
  files.add_file("/proc/12/stat",
                 "12 (conmon) S 1 12 12 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 500 1 2");
  files.add_file("/proc/13/cmdline", kCreate);  // gone before its stat was read
  files.add_file("/proc/14/cmdline", arguments({"/bin/sh"}));
  files.add_file("/proc/self/cmdline", kConmon);
  files.add_file("/proc/meminfo", "x");
  const auto found = find_box_processes(files, kName, {kId});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().identity, (ProcessIdentity{.pid = 12, .start_time = 500}));
}

}  // namespace
}  // namespace mino::podman
