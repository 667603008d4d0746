// npm, pip, cargo and go in boxes: what one box has downloaded, the next one has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "integration/support/box_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// How one package manager installs its package out of the little registry and shows it. PORT
/// stands for the registry's port.
struct PackageManager {
  const char* name;
  const char* program;
  std::vector<std::string> variables;
  const char* install;               ///< removes what an earlier box installed in the project first
  const char* archive;               ///< the request that downloads the package
  std::vector<std::string> offline;  ///< variables with which no registry is asked at all
};

std::ostream& operator<<(std::ostream& out, const PackageManager& manager) {
  return out << manager.name;
}

const PackageManager kManagers[] = {
    {"npm",
     "npm",
     {"npm_config_registry=http://127.0.0.1:PORT/npm/", "npm_config_update_notifier=false"},
     "rm -rf node_modules && npm ci --no-audit --no-fund >&2 && node -p \"require('leftpad')\"",
     "/npm/leftpad/-/leftpad-1.0.0.tgz",
     {"npm_config_offline=true"}},
    // An index page is asked for each time: what matters is the archive. Nothing is kept of a
    // host that is reached by plain HTTP unless it is trusted.
    {"pip",
     "pip3",
     {"PIP_INDEX_URL=http://127.0.0.1:PORT/pip/", "PIP_DISABLE_PIP_VERSION_CHECK=1",
      "PIP_TRUSTED_HOST=127.0.0.1"},
     "rm -rf out && python3 -m pip install -q --target out --require-hashes -r requirements.txt "
     ">&2 "
     "&& PYTHONPATH=out python3 -c 'import leftpad; print(leftpad.WORD)'",
     "/pip/leftpad/leftpad-1.0.0-py3-none-any.whl",
     {}},
    // Before 1.68 a sparse registry is an unstable feature.
    {"cargo",
     "cargo",
     {"CARGO_REGISTRIES_LITTLE_INDEX=sparse+http://127.0.0.1:PORT/cargo/", "RUSTC_BOOTSTRAP=1",
      "CARGO_UNSTABLE_SPARSE_REGISTRY=true"},
     "rm -rf target && cargo run --quiet --locked",
     "/crates/leftpad-1.0.0.crate",
     {"CARGO_NET_OFFLINE=true"}},
    {"go",
     "go",
     {"GOPROXY=http://127.0.0.1:PORT/go", "GONOSUMDB=*", "GOFLAGS=-mod=mod", "GOTOOLCHAIN=local"},
     "go run .",
     "/go/example.test/leftpad/@v/v1.0.0.zip",
     {"GOPROXY=off"}},
};

class CacheTools : public BoxTest, public ::testing::WithParamInterface<PackageManager> {
 protected:
  void SetUp() override {
    BoxTest::SetUp();
    if (root_.empty() || IsSkipped()) return;
    const std::string source = ::getenv("MINO_SOURCE_DIR");
    registry_ = std::make_unique<Background>(
        ProgramSpec{.argv = {"python3", source + "/integration/registry/registry.py", "--projects",
                             (root_ / "projects").string(), "--journal", journal().string()},
                    .environment = {{"PYTHONDONTWRITEBYTECODE", "1"}}});
    ASSERT_TRUE(eventually([&] { return registry_->out().ends_with("\n"); })) << registry_->err();
    port_ = registry_->out().substr(0, registry_->out().find('\n'));
    fs::copy(root_ / "projects" / GetParam().name, project_, fs::copy_options::recursive);
  }

  [[nodiscard]] fs::path journal() const { return root_ / "requests"; }
  [[nodiscard]] int downloads() const {
    std::istringstream lines(slurp(journal()));
    int count = 0;
    for (std::string line; std::getline(lines, line);) count += line == GetParam().archive ? 1 : 0;
    return count;
  }

  [[nodiscard]] ProgramResult install(const std::vector<std::string>& flags,
                                      const std::vector<std::string>& variables = {}) const {
    const PackageManager& manager = GetParam();
    std::vector<std::string> words{"run", "--image", "host", "--no-home", "--network", "host"};
    words.insert(words.end(), flags.begin(), flags.end());
    std::vector<std::string> all = manager.variables;
    all.insert(all.end(), variables.begin(), variables.end());
    for (std::string variable : all) {
      if (const auto at = variable.find("PORT"); at != std::string::npos)
        variable.replace(at, 4, port_);
      words.insert(words.end(), {"-e", variable});
    }
    words.insert(words.end(), {"--", "sh", "-c", manager.install});
    ProgramSpec spec = mino(words);
    spec.deadline = seconds(120);
    return run(spec);
  }

  [[nodiscard]] std::string proof() const { return std::string(GetParam().name) + " works\n"; }

  std::unique_ptr<Background> registry_;
  std::string port_;
};

TEST_P(CacheTools, ASecondBoxDownloadsNothing) {
  const ProgramResult first = install({});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out, proof());
  ASSERT_EQ(downloads(), 1) << slurp(journal());

  const ProgramResult second = install({});
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(second.out, proof());
  EXPECT_EQ(downloads(), 1) << slurp(journal());

  const ProgramResult without = install({"--no-cache"});
  EXPECT_EQ(without.code, 0) << without.err;
  EXPECT_EQ(downloads(), 2) << slurp(journal());
}

TEST_P(CacheTools, WorksOfflineAfterTheFirstBox) {
  const PackageManager& manager = GetParam();
  if (manager.offline.empty()) return;  // it always asks for the index page
  ASSERT_EQ(install({}).code, 0);
  const ProgramResult second = install({}, manager.offline);
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(second.out, proof());
  const ProgramResult fresh = install({"--cache-fresh"}, manager.offline);
  EXPECT_NE(fresh.code, 0) << "a fresh cache holds a package already";
}

INSTANTIATE_TEST_SUITE_P(Real, CacheTools, ::testing::ValuesIn(kManagers),
                         [](const auto& manager) { return std::string(manager.param.name); });

}  // namespace
}  // namespace mino::integration
