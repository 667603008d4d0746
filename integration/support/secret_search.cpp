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
  // find(1) gives up when a directory goes under it; boxes come and go here. What is mounted there
  // is the same files once more.
  constexpr const char* kSearch = R"(
import os, stat, sys
since, names, values = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
rest = sys.argv[4:]
allowed, wanted, places = rest[:names], [v.encode() for v in rest[names:names + values]], rest[names + values:]
def look(path):
    try:
        return os.lstat(path)
    except OSError:
        return None
def holds(path):
    try:
        with open(path, 'rb') as file:
            data = file.read()
        return any(value in data for value in wanted)
    except OSError:
        return False
for place in places:
    top = look(place)
    for directory, below, files in os.walk(place):
        paths = {name: os.path.join(directory, name) for name in below + files}
        below[:] = [name for name in below if (seen := look(paths[name])) and seen.st_dev == top.st_dev]
        for name in files:
            seen = look(paths[name])
            if seen and stat.S_ISREG(seen.st_mode) and seen.st_ctime >= since and name not in allowed and holds(paths[name]):
                print(paths[name])
)";
  const fs::path home = ::getenv("HOME");
  // Nobody has written a value of this test before it began; the layers of images are older.
  const auto began =
      ::testing::UnitTest::GetInstance()->current_test_info()->result()->start_timestamp();
  std::vector<std::string> words{"podman",
                                 "unshare",
                                 "python3",
                                 "-c",
                                 kSearch,
                                 std::to_string(began / 1000 - 1),
                                 std::to_string(allowed_.size()),
                                 std::to_string(values_.size())};
  words.insert(words.end(), allowed_.begin(), allowed_.end());
  words.insert(words.end(), values_.begin(), values_.end());
  words.insert(words.end(), {state_.string(), (home / ".local/share/containers").string(),
                             (home / ".config/containers").string()});
  if (const char* runtime = ::getenv("XDG_RUNTIME_DIR")) words.emplace_back(runtime);
  const ProgramResult result = run(
      {.argv = words, .environment = {}, .directory = {}, .input = {}, .deadline = seconds(120)});
  EXPECT_EQ(result.code, 0) << result.err;
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
