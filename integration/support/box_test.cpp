#include "integration/support/box_test.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace mino::integration {

namespace fs = std::filesystem;

namespace {

/// Why podman cannot run a box here; empty when it can. Asked once.
const std::string& podman_problem() {
  static const std::string problem = [] {
    if (::geteuid() == 0) return std::string("the tests run as root; rootless podman needs a user");
    const ProgramResult result = run({.argv = {"podman", "run", "--rm", "--network", "none",
                                               "localhost/mino-test:latest", "true"}});
    return result.code == 0 ? std::string() : "podman cannot run a container here: " + result.err;
  }();
  return problem;
}

bool real_required() {
  const char* value = ::getenv("MINO_REQUIRE_REAL");
  return value != nullptr && std::string(value) == "1";
}

}  // namespace

std::string slurp(const fs::path& path) {
  // read(2) and not a stream: files of /proc fail to be read when their process goes away
  // meanwhile.
  std::string text;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  std::array<char, 65536> buffer;
  for (ssize_t got = 0; (got = ::read(fd, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(fd);
  return text;
}

void BoxTest::SetUp() {
  ASSERT_NE(::getenv("MINO_BIN"), nullptr) << "MINO_BIN names the program under test";
  if (!podman_problem().empty()) {
    if (real_required()) FAIL() << podman_problem();
    GTEST_SKIP() << podman_problem();
  }
  std::string pattern = (fs::temp_directory_path() / "mino-it-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  root_ = pattern;
  state_ = root_ / "state";
  project_ = root_ / "app";
  config_ = root_ / "config.toml";
  fs::create_directories(state_);
  fs::create_directories(project_);
  write_config("");
}

void BoxTest::TearDown() {
  if (root_.empty()) return;
  EXPECT_TRUE(eventually([this] { return containers().empty(); }, seconds(15)))
      << "containers are left";
  // Files of other ids of the user's range can only be removed inside its user namespace.
  std::error_code failed;
  fs::remove_all(root_, failed);
  if (failed) static_cast<void>(run({.argv = {"podman", "unshare", "rm", "-rf", root_.string()}}));
}

ProgramSpec BoxTest::mino(std::vector<std::string> words) const {
  ProgramSpec spec;
  spec.argv = std::move(words);
  spec.argv.insert(spec.argv.begin(), ::getenv("MINO_BIN"));
  // Caches and homes of the person who runs the tests are no business of theirs.
  spec.environment = {{"XDG_STATE_HOME", state_.string()},
                      {"MINO_CONFIG", config_.string()},
                      {"MINO_CACHE_GC_DAYS", "0"},
                      {"MINO_CACHE_MAX_TOTAL_GB", "0"}};
  spec.directory = project_.string();
  return spec;
}

ProgramSpec BoxTest::box(std::vector<std::string> words) const {
  std::vector<std::string> all{"run", "--image", image_};
  all.insert(all.end(), words.begin(), words.end());
  return mino(std::move(all));
}

std::string BoxTest::name(const std::string& suffix) const {
  return "t" + root_.filename().string().substr(sizeof "mino-it-" - 1) + suffix;
}

void BoxTest::write_config(const std::string& text) const {
  std::ofstream(config_, std::ios::binary) << text;
}

std::vector<std::string> BoxTest::containers() const {
  const ProgramResult result =
      run({.argv = {"podman", "ps", "-a", "--external", "--filter",
                    "label=io.mino.project=" + project_.string(), "--format", "{{.Names}}"}});
  std::istringstream lines(result.out);
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) names.push_back(line);
  return names;
}

std::optional<int> BoxTest::helper(const std::string& part) const {
  for (const std::string& process : processes_with((state_ / "mino/helper").string())) {
    if (process.ends_with(" " + part + " ")) return std::stoi(process);
  }
  return std::nullopt;
}

std::vector<std::string> BoxTest::processes_with(const std::string& text) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos ||
        pid == std::to_string(::getpid()))
      continue;
    std::string words = slurp(entry.path() / "cmdline");
    for (char& byte : words) {
      if (byte == '\0') byte = ' ';
    }
    if (words.find(text) != std::string::npos) found.push_back(pid + ": " + words);
  }
  return found;
}

}  // namespace mino::integration
