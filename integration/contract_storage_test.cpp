// The contract of the engine's storage on real rootless podman.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/podman/podman_engine.hpp"
#include "adapters/podman/podman_storage.hpp"
#include "adapters/posix/boost_process_runner.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/posix_process_table.hpp"
#include "adapters/posix/process_environment.hpp"
#include "integration/support/program.hpp"
#include "tests/contract/engine_storage_contract.hpp"
#include "tests/fakes/fake_facts_cache.hpp"
#include "tests/fakes/fake_notices.hpp"

namespace mino::contract {
namespace {

constexpr char kImage[] = "localhost/mino-test:latest";
constexpr char kUserImage[] = "localhost/mino-test-user:latest";

integration::ProgramResult podman(std::vector<std::string> words,
                                  std::optional<std::string> input = std::nullopt) {
  words.insert(words.begin(), "podman");
  return integration::run(
      {.argv = std::move(words), .environment = {}, .directory = {}, .input = std::move(input)});
}

/// Why podman cannot run a container here; empty when it can. Asked once.
const std::string& podman_problem() {
  static const std::string problem = [] {
    if (::geteuid() == 0) return std::string("the tests run as root; rootless podman needs a user");
    const auto tried = podman({"run", "--rm", "--network", "none", kImage, "true"});
    return tried.code == 0 ? std::string() : "podman cannot run a container here: " + tried.err;
  }();
  return problem;
}

class PodmanHarness final : public EngineStorageHarness {
 public:
  ~PodmanHarness() override {
    for (const std::string& container : containers_)
      static_cast<void>(podman({"rm", "--force", "--ignore", "--time", "0", container}));
    for (const std::string& volume : volumes_) static_cast<void>(podman({"volume", "rm", volume}));
    for (const std::string& image : images_)
      static_cast<void>(podman({"rmi", "--no-prune", image}));
  }

  EngineStorage& storage() override { return storage_; }
  std::string problem() override { return podman_problem(); }
  std::string unique(const std::string& stem) override {
    return "mino-contract-" + std::to_string(::getpid()) + "-" + stem + "-" +
           std::to_string(++count_);
  }
  void make_volume(const std::string& name, const std::string& label,
                   const std::string& value) override {
    EXPECT_EQ(podman({"volume", "create", "--label", label + "=" + value, name}).code, 0);
    volumes_.insert(name);
  }
  bool has_volume(const std::string& name) override {
    return podman({"volume", "exists", name}).code == 0;
  }
  void fill(const std::string& volume, std::uint64_t bytes) override {
    // A directory of another user of the container, which nobody else may look into.
    const auto filled =
        podman({"run", "--rm", "--network", "none", "-v", volume + ":/v", kImage, "sh", "-c",
                "mkdir /v/d && head -c " + std::to_string(bytes) +
                    " /dev/zero > /v/d/f && chown -R 7:7 /v/d && chmod 700 /v/d"});
    EXPECT_EQ(filled.code, 0) << filled.err;
  }
  void use_volume(const std::string& volume) override {
    create({"-v", volume + ":/v", kImage, "true"});
  }
  void stop_using() override {
    for (const std::string& container : containers_) EXPECT_EQ(podman({"rm", container}).code, 0);
    containers_.clear();
  }
  std::vector<std::string> writable_names(const std::string& volume) override {
    const auto listed =
        podman({"run", "--rm", "--network", "none", "--cap-drop", "ALL", "--userns",
                "keep-id:uid=1000,gid=1000", "--user", "1000:1000", "-v", volume + ":/v",
                kUserImage, "sh", "-c", "cd /v; for d in *; do echo x > $d/f && echo $d; done"});
    std::istringstream words(listed.out);
    std::vector<std::string> names;
    for (std::string word; words >> word;) names.push_back(word);
    return names;
  }
  void make_image(const std::string& name, const std::string& label,
                  const std::string& value) override {
    // An empty context: nothing is copied.
    const std::filesystem::path context =
        std::filesystem::temp_directory_path() / unique("context");
    std::filesystem::create_directories(context);
    std::ofstream(context / "Containerfile")
        << "FROM " << kImage << "\nLABEL " << label << "=" << value << " name=" << name << '\n';
    const auto built = podman({"build", "-q", "-t", name, context.string()});
    EXPECT_EQ(built.code, 0) << built.err;
    std::filesystem::remove_all(context);
    images_.insert(name);
  }
  void tag_image(const std::string& name, const std::string& other) override {
    EXPECT_EQ(podman({"tag", name, other}).code, 0);
    images_.insert(other);
  }
  bool has_image(const std::string& name) override {
    return podman({"image", "exists", name}).code == 0;
  }
  void use_image(const std::string& name) override { create({name, "true"}); }

 private:
  void create(std::vector<std::string> words) {
    const std::string name = unique("container");
    words.insert(words.begin(), {"create", "--network", "none", "--name", name});
    const auto created = podman(std::move(words));
    EXPECT_EQ(created.code, 0) << created.err;
    containers_.insert(name);
  }

  posix::PosixFileSystem files_;
  posix::ProcessEnvironment environment_;
  posix::BoostProcessRunner runner_;
  posix::PosixProcessTable processes_;
  json::RapidJsonCodec json_;
  fakes::FakeFactsCache cache_;
  fakes::FakeNotices notices_;
  podman::PodmanEngine engine_{{.files = files_,
                                .environment = environment_,
                                .runner = runner_,
                                .processes = processes_,
                                .cache = cache_,
                                .json = json_,
                                .notices = notices_}};
  podman::PodmanStorage storage_{{.files = files_,
                                  .environment = environment_,
                                  .runner = runner_,
                                  .engine = engine_,
                                  .json = json_}};
  std::set<std::string> containers_;
  std::set<std::string> volumes_;
  std::set<std::string> images_;
  int count_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Podman, EngineStorageContract,
                         ::testing::Values([]() -> std::unique_ptr<EngineStorageHarness> {
                           return std::make_unique<PodmanHarness>();
                         }));

}  // namespace
}  // namespace mino::contract
