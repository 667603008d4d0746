#include "tests/contract/image_builder_contract.hpp"

#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_image_builder.hpp"

namespace mino::contract {
namespace {

class FakeHarness final : public ImageBuilderHarness {
 public:
  FakeHarness() {
    engine_.images[base_image()] = ImageFacts{.id = "base",
                                              .user = "developer",
                                              .user_id = 1000,
                                              .group_id = 1000,
                                              .home = "/home/developer"};
  }
  ImageBuilder& builder() override { return builder_; }
  ContainerEngine& engine() override { return engine_; }
  std::string problem() override { return {}; }
  std::string base_image() override { return "localhost/base:latest"; }
  std::string unique() override { return "w" + std::to_string(++count_); }

 private:
  fakes::FakeContainerEngine engine_;
  fakes::FakeImageBuilder builder_{engine_};
  int count_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Fake, ImageBuilderContract,
                         ::testing::Values([]() -> std::unique_ptr<ImageBuilderHarness> {
                           return std::make_unique<FakeHarness>();
                         }));

}  // namespace
}  // namespace mino::contract
