#include "tests/contract/container_engine_contract.hpp"
#include "tests/fakes/fake_container_engine.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino::contract {
namespace {

class FakeHarness final : public ContainerEngineHarness {
 public:
  FakeHarness() {
    engine_.images["root"] = {.id = "1",
                              .user = "",
                              .user_id = 0,
                              .group_id = 0,
                              .home = "/root",
                              .entrypoint = {},
                              .working_directory = "/"};
    engine_.images["user"] = {.id = "2",
                              .user = "developer",
                              .user_id = 1000,
                              .group_id = 1000,
                              .home = "/home/developer",
                              .entrypoint = {},
                              .working_directory = "/"};
  }
  ContainerEngine& engine() override { return engine_; }
  std::string problem() override { return {}; }
  std::string root_image() override { return "root"; }
  std::string user_image() override { return "user"; }
  BoxTrace start_box(const std::string& session) override {
    return make(session, BoxState::kRunning);
  }
  BoxTrace leave_box(const std::string& session) override {
    return make(session, BoxState::kStopped);
  }
  bool has_volume(const std::string& name) override { return engine_.volumes.contains(name); }
  std::string unique(const std::string& stem) override {
    return stem + "-" + std::to_string(++count_);
  }

 private:
  BoxTrace make(const std::string& session, BoxState state) {
    const BoxTrace trace{
        .container_id = unique("id"), .container_name = unique("box"), .session = session};
    engine_.boxes.push_back({trace, state});
    return trace;
  }
  fakes::FakeContainerEngine engine_;
  int count_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Fake, ContainerEngineContract,
                         ::testing::Values([]() -> std::unique_ptr<ContainerEngineHarness> {
                           return std::make_unique<FakeHarness>();
                         }));

}  // namespace
}  // namespace mino::contract
