// The image builder's contract on real rootless podman.
#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/podman/podman_engine.hpp"
#include "adapters/podman/podman_image_builder.hpp"
#include "adapters/posix/boost_process_runner.hpp"
#include "adapters/posix/kernel_random.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/posix_process_table.hpp"
#include "adapters/posix/process_environment.hpp"
#include "integration/support/program.hpp"
#include "tests/contract/image_builder_contract.hpp"
#include "tests/fakes/fake_facts_cache.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/support/temp_dir.hpp"

#include <unistd.h>

#include <sstream>

namespace mino::contract {
namespace {

constexpr char kBase[] = "localhost/mino-test-user:latest";

class PodmanHarness final : public ImageBuilderHarness {
 public:
  ~PodmanHarness() override {
    for (const std::string& word : words_) {
      std::istringstream images(podman({"images", "--filter", "reference=*" + word + "*",
                                        "--format", "{{.Repository}}:{{.Tag}}"})
                                    .out);
      for (std::string image; std::getline(images, image);)
        static_cast<void>(podman({"rmi", image}));
    }
  }
  ImageBuilder& builder() override { return builder_; }
  ContainerEngine& engine() override { return engine_; }
  std::string problem() override {
    if (::geteuid() == 0) return "the tests run as root; rootless podman needs a user";
    return podman({"image", "exists", kBase}).code == 0 ? std::string()
                                                        : "the test image is not here";
  }
  std::string base_image() override { return kBase; }
  std::string unique() override {
    words_.push_back("it" + std::to_string(::getpid()) + "x" + std::to_string(words_.size()));
    return words_.back();
  }

 private:
  static integration::ProgramResult podman(std::vector<std::string> words) {
    words.insert(words.begin(), "podman");
    return integration::run({.argv = std::move(words)});
  }

  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  posix::ProcessEnvironment environment_;
  posix::BoostProcessRunner runner_;
  posix::PosixProcessTable processes_;
  posix::KernelRandom random_;
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
  podman::PodmanImageBuilder builder_{{.files = files_,
                                       .environment = environment_,
                                       .runner = runner_,
                                       .processes = processes_,
                                       .json = json_,
                                       .random = random_,
                                       .engine = engine_,
                                       .notices = notices_},
                                      directory_.path() / "builds"};
  std::vector<std::string> words_;
};

INSTANTIATE_TEST_SUITE_P(Podman, ImageBuilderContract,
                         ::testing::Values([]() -> std::unique_ptr<ImageBuilderHarness> {
                           return std::make_unique<PodmanHarness>();
                         }));

}  // namespace
}  // namespace mino::contract
