#include "integration/bench/large_project.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "integration/bench/process.hpp"

namespace mino::bench {

namespace {

namespace fs = std::filesystem;

constexpr int kDirectories = 1000;
constexpr int kFilesInEach = 100;
constexpr int kRepositories = 50;

void git(const fs::path& directory, std::vector<std::string> words) {
  std::vector<std::string> argv{
      "git", "-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"};
  argv.insert(argv.end(), words.begin(), words.end());
  const Outcome done = run({.argv = std::move(argv), .directory = directory.string()});
  if (done.code != 0) throw Failure("git: " + done.err);
}

}  // namespace

fs::path make_large_project(const Workspace& workspace) {
  const fs::path project = workspace.root() / "large";
  if (fs::exists(project)) return project;
  for (int i = 0; i < kDirectories; ++i) {
    const fs::path directory =
        project / fmt::format("part-{}", i / 100) / fmt::format("module-{}", i);
    fs::create_directories(directory);
    for (int file = 0; file < kFilesInEach; ++file)
      std::ofstream(directory / fmt::format("source_{}.cpp", file)) << "int f" << file << ";\n";
  }
  git(project, {"init", "-q"});
  git(project, {"add", "-A"});
  git(project, {"commit", "-q", "-m", "everything"});
  for (int i = 0; i < kRepositories; ++i) {
    const fs::path nested = project / "vendor" / fmt::format("library-{}", i);
    fs::create_directories(nested);
    std::ofstream(nested / "README") << "a library\n";
    git(nested, {"init", "-q"});
    git(nested, {"add", "-A"});
    git(nested, {"commit", "-q", "-m", "one"});
  }
  return project;
}

}  // namespace mino::bench
