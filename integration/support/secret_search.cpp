#include "integration/support/secret_search.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "integration/support/box_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {

namespace fs = std::filesystem;

SecretSearch::SecretSearch(std::vector<std::string> values, fs::path state,
                           std::vector<std::string> allowed)
    : values_(std::move(values)), state_(std::move(state)), allowed_(std::move(allowed)) {}

std::string SecretSearch::in(const std::string& text) const {
  const auto found = std::ranges::find_if(
      values_, [&text](const std::string& value) { return text.find(value) != std::string::npos; });
  return found == values_.end() ? "" : *found;
}

std::string SecretSearch::in_files() const {
  const fs::path home = ::getenv("HOME");
  std::vector<std::string> words{"podman",
                                 "unshare",
                                 "find",
                                 state_.string(),
                                 (home / ".local/share/containers").string(),
                                 (home / ".config/containers").string()};
  if (const char* runtime = ::getenv("XDG_RUNTIME_DIR")) words.emplace_back(runtime);
  // Nobody has written a value of this test before it began; the layers of images are older.
  const auto began =
      ::testing::UnitTest::GetInstance()->current_test_info()->result()->start_timestamp();
  words.insert(words.end(), {"-type", "f", "-newerct", "@" + std::to_string(began / 1000 - 1)});
  for (const std::string& name : allowed_) words.insert(words.end(), {"!", "-name", name});
  words.insert(words.end(), {"-exec", "grep", "--files-with-matches", "--text", "--no-messages",
                             "--fixed-strings"});
  for (const std::string& value : values_) words.insert(words.end(), {"-e", value});
  words.insert(words.end(), {"{}", "+"});
  const ProgramResult result = run(
      {.argv = words, .environment = {}, .directory = {}, .input = {}, .deadline = seconds(120)});
  EXPECT_FALSE(result.timed_out);
  return result.out;
}

std::string SecretSearch::in_processes(const std::vector<pid_t>& callers) const {
  std::string found;
  for (const ProcessView& process : own_processes()) {
    const std::string directory = "/proc/" + std::to_string(process.pid);
    const bool caller = std::ranges::find(callers, process.pid) != callers.end();
    if (!caller && !in(process.words).empty())
      found += directory + "/cmdline: " + process.program + '\n';
    // The processes of the box have them: that is what they are for.
    if (caller || in_a_box(process)) continue;
    if (!in(slurp(directory + "/environ")).empty())
      found += directory + "/environ: " + process.program + '\n';
  }
  return found;
}

void SecretSearch::expect_to_work(const std::string& name) const {
  const fs::path home = ::getenv("HOME");
  for (const fs::path& place :
       {state_, home / ".local/share/containers", fs::path(::getenv("XDG_RUNTIME_DIR"))}) {
    const fs::path bait = place / ("bait-" + name);
    std::ofstream(bait) << std::string(1, '\0') << values_.front();
    EXPECT_NE(in_files().find(bait.string()), std::string::npos);
    fs::remove(bait);
  }
}

bool SecretSearch::in_a_box(const ProcessView& process) {
  std::error_code failed;
  const fs::path theirs =
      fs::read_symlink("/proc/" + std::to_string(process.pid) + "/ns/pid", failed);
  return !failed && theirs != fs::read_symlink("/proc/self/ns/pid");
}

std::string inspection_of(const std::vector<std::string>& containers) {
  std::string all;
  for (const std::string& container : containers) {
    for (const char* verb : {"inspect", "logs"}) {
      all += run({.argv = {"podman", verb, container},
                  .environment = {},
                  .directory = {},
                  .input = {}})
                 .out;
    }
  }
  return all;
}

}  // namespace mino::integration
