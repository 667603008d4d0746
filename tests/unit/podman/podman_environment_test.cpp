#include "adapters/podman/podman_environment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_file_system.hpp"

namespace mino::podman {
namespace {

const fakes::FakeEnvironment kEverything({{"PATH", "/opt/bin:/usr/bin"},
                                          {"HOME", "/home/ann"},
                                          {"XDG_RUNTIME_DIR", "/run/user/1000"},
                                          {"LD_PRELOAD", "/evil.so"},
                                          {"LD_LIBRARY_PATH", "/evil"},
                                          {"LANG", "de_DE.UTF-8"},
                                          {"CONTAINER_HOST", "ssh://elsewhere"},
                                          {"NOTIFY_SOCKET", "/run/notify"},
                                          {"HTTPS_PROXY", "http://user:secret@proxy"},
                                          {"AWS_SECRET_ACCESS_KEY", "secret"}});

bool has(const Variables& variables, const std::string& name) {
  return std::ranges::any_of(variables,
                             [&](const auto& variable) { return variable.first == name; });
}

TEST(PodmanEnvironment, IsAnAllowList) {
  const Variables variables = podman_environment(kEverything, PodmanPurpose::kLocal);
  for (const char* name : {"PATH", "HOME", "XDG_RUNTIME_DIR"})
    EXPECT_TRUE(has(variables, name)) << name;
  for (const char* name : {"LD_PRELOAD", "LD_LIBRARY_PATH", "CONTAINER_HOST", "NOTIFY_SOCKET",
                           "HTTPS_PROXY", "AWS_SECRET_ACCESS_KEY"}) {
    EXPECT_FALSE(has(variables, name)) << name;
  }
}

TEST(PodmanEnvironment, MakesPodmanSpeakEnglish) {
  const std::vector<std::string> words =
      as_words(podman_environment(kEverything, PodmanPurpose::kLocal));
  EXPECT_NE(std::ranges::find(words, "LC_ALL=C.UTF-8"), words.end());
  EXPECT_FALSE(has(podman_environment(kEverything, PodmanPurpose::kLocal), "LANG"));
}

TEST(PodmanEnvironment, OnlyAPullGetsTheProxy) {
  EXPECT_TRUE(has(podman_environment(kEverything, PodmanPurpose::kPull), "HTTPS_PROXY"));
  EXPECT_FALSE(has(podman_environment(kEverything, PodmanPurpose::kPull), "AWS_SECRET_ACCESS_KEY"));
}

TEST(PodmanEnvironment, HasAPathWithoutOne) {
  EXPECT_TRUE(has(podman_environment(fakes::FakeEnvironment(), PodmanPurpose::kLocal), "PATH"));
}

TEST(FindProgram, TakesTheFirstThatCanBeExecuted) {
  fakes::FakeFileSystem files;
  files.add_file("/usr/bin/podman", "x", 0755);
  files.add_file("/a/podman", "x", 0644);
  files.add_directory("/b/podman", 0755);
  EXPECT_EQ(find_program(files, {{"PATH", "/a:/b::.:rel:/usr/bin"}}, "podman"), "/usr/bin/podman");
  EXPECT_FALSE(find_program(files, {{"PATH", "/a:/b"}}, "podman").has_value());
  EXPECT_FALSE(find_program(files, {}, "podman").has_value());
}

}  // namespace
}  // namespace mino::podman
