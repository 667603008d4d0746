#include "integration/support/protect_fixture.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "integration/support/leftovers.hpp"

namespace mino::integration {

namespace fs = std::filesystem;

namespace {

constexpr seconds kPatience{60};

constexpr char kLoop[] =
    "n=1; : > \"$0/up\"; while [ ! -e \"$0/end\" ]; do if [ -e \"$0/$n.sh\" ]; then "
    "sh \"$0/$n.sh\" > \"$0/$n.tmp\" 2>&1 < /dev/null; mv \"$0/$n.tmp\" \"$0/$n.out\"; "
    "n=$((n + 1)); else sleep 0.02; fi; done";

std::string kind_of(const fs::directory_entry& entry) {
  const fs::path& path = entry.path();
  if (entry.is_symlink()) return "link to " + fs::read_symlink(path).string();
  if (entry.is_directory()) return "directory";
  if (!entry.is_regular_file()) return "other";
  // What a mere `git status` writes.
  return path.filename() == "index" ? "file" : "file " + slurp(path);
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += "'\\'";
    result += c;
  }
  return result + "'";
}

void ProtectTest::SetUp() {
  BoxTest::SetUp();
  if (root_.empty()) return;
  control_ = root_ / "ctl";
  fs::create_directories(control_);
  fs::permissions(control_, fs::perms::all);
  write_config("[container]\nnetwork = \"none\"\nvolumes = [\"" + control_.string() +
               ":/ctl:rw\"]\n[home]\nenabled = false\n");
  std::ofstream(root_ / "gitconfig") << "[user]\n\tname = host\n\temail = host@example.com\n"
                                        "[protocol \"file\"]\n\tallow = always\n"
                                        "[init]\n\tdefaultBranch = main\n"
                                        "[advice]\n\tdetachedHead = false\n";
}

void ProtectTest::TearDown() {
  if (!root_.empty()) {
    // What a test that failed has left.
    static_cast<void>(run_mino({"list"}));
  }
  BoxTest::TearDown();
}

std::string ProtectTest::on_host(const std::string& script, const fs::path& directory) const {
  ProgramSpec spec;
  spec.argv = {"sh", "-e", "-c", script};
  spec.environment = {{"GIT_CONFIG_GLOBAL", (root_ / "gitconfig").string()},
                      {"GIT_CONFIG_NOSYSTEM", "1"},
                      {"GIT_CEILING_DIRECTORIES", root_.string()},
                      {"ROOT", root_.string()}};
  spec.directory = (directory.empty() ? project_ : directory).string();
  const ProgramResult result = run(spec);
  EXPECT_EQ(result.code, 0) << script << '\n' << result.out << result.err;
  return result.out;
}

ProgramSpec ProtectTest::session(const std::string& session, const std::string& script,
                                 std::vector<std::string> options) const {
  std::vector<std::string> words{"run", "--name", session};
  if (std::ranges::find(options, "--image") == options.end()) {
    words.emplace_back("--image");
    words.push_back(box_image_);
  }
  words.insert(words.end(), options.begin(), options.end());
  for (const std::string& word : {std::string("--"), std::string("sh"), std::string("-c"), script})
    words.push_back(word);
  return mino(std::move(words));
}

ProgramResult ProtectTest::in_box(const std::string& script,
                                  std::vector<std::string> options) const {
  return run(session(name(), script, std::move(options)));
}

std::unique_ptr<LiveBox> ProtectTest::live(const std::string& suffix,
                                           std::vector<std::string> options) const {
  const std::string word = "box" + suffix;
  fs::create_directories(control_ / word);
  fs::permissions(control_ / word, fs::perms::all);
  ProgramSpec spec = session(name(suffix), kLoop, std::move(options));
  spec.argv.push_back("/ctl/" + word);
  auto box = std::make_unique<LiveBox>(spec, control_ / word);
  if (box->wait_up()) return box;
  ADD_FAILURE() << "no box: " << box->err();
  return nullptr;
}

void ProtectTest::make_repository(const fs::path& directory) const {
  fs::create_directories(directory);
  on_host("git init -q && echo a > a && git add a && git commit -qm first", directory);
}

void ProtectTest::write(const std::string& path, const std::string& text) const {
  fs::create_directories((project_ / path).parent_path());
  std::ofstream file(project_ / path, std::ios::binary);
  file << text;
  ASSERT_TRUE(file.flush().good()) << path;
}

std::string ProtectTest::git_status(const fs::path& directory) const {
  return on_host("git status --porcelain", directory);
}

std::map<std::string, std::string> ProtectTest::tree(const fs::path& directory) const {
  const fs::path top = directory.empty() ? project_ : directory;
  std::map<std::string, std::string> found;
  for (const auto& entry :
       fs::recursive_directory_iterator(top, fs::directory_options::skip_permission_denied))
    found[entry.path().lexically_relative(top).string()] = kind_of(entry);
  return found;
}

std::string ProtectTest::differences(const std::map<std::string, std::string>& before,
                                     const std::map<std::string, std::string>& after) {
  std::string text;
  for (const auto& [path, content] : before) {
    const auto now = after.find(path);
    if (now == after.end()) text += "gone: " + path + '\n';
    if (now != after.end() && now->second != content)
      text += "changed: " + path + ": " + content + " -> " + now->second + '\n';
  }
  for (const auto& [path, content] : after) {
    if (!before.contains(path)) text += "new: " + path + ": " + content + '\n';
  }
  return text;
}

int ProtectTest::restored(const std::string& path) const {
  int count = 0;
  std::istringstream lines(audit());
  for (std::string line; std::getline(lines, line);) {
    if (json_member(line, "event") == "protect.restored" && json_member(line, "path") == path)
      ++count;
  }
  return count;
}

void ProtectTest::expect_cleared(const std::map<std::string, std::string>& before) const {
  const ProgramResult listed = run_mino({"list"});
  EXPECT_EQ(listed.code, 0) << listed.err;
  // A guard whose session was killed clears its own placeholders, and may do so after the command.
  EXPECT_TRUE(eventually([this] { return guards().empty(); }, kPatience));
  EXPECT_EQ(differences(before, tree()), "");
  EXPECT_FALSE(fs::exists(ledger())) << slurp(ledger());
}

std::vector<pid_t> ProtectTest::guards() const {
  std::vector<pid_t> pids;
  for (const ProcessView& process : own_processes()) {
    if (process.program.starts_with("mino-helper") &&
        process.words.find(" guard ") != std::string::npos &&
        process.words.find(" " + state_.string() + "/") != std::string::npos)
      pids.push_back(process.pid);
  }
  return pids;
}

LiveBox::LiveBox(const ProgramSpec& spec, fs::path control)
    : control_(std::move(control)), program_(spec) {}

bool LiveBox::wait_up() {
  return eventually(
             [this] { return fs::exists(control_ / "up") || program_.wait(milliseconds(0)); },
             kPatience) &&
         fs::exists(control_ / "up");
}

std::string LiveBox::ask(const std::string& script) {
  const std::string number = std::to_string(++asked_);
  std::ofstream(control_ / "next") << script << '\n';
  fs::rename(control_ / "next", control_ / (number + ".sh"));
  const fs::path answer = control_ / (number + ".out");
  EXPECT_TRUE(eventually([&] { return fs::exists(answer); }, kPatience)) << script << err();
  return slurp(answer);
}

bool LiveBox::can_write(const std::string& path) {
  return ask("(echo planted >> " + quoted(path) + ") 2>/dev/null && echo written")
             .find("written") != std::string::npos;
}

bool LiveBox::is_mount(const std::string& path) {
  return ask("grep -c \" $(pwd -P)/" + path + " \" /proc/self/mountinfo") != "0\n";
}

std::optional<int> LiveBox::end() {
  std::ofstream(control_ / "end") << "";
  return program_.wait(kPatience);
}

void LiveBox::kill() {
  program_.signal(SIGKILL);
  EXPECT_TRUE(program_.wait(kPatience).has_value());
}

}  // namespace mino::integration
