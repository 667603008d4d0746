#include "tests/contract/side_work_contract.hpp"

#include <poll.h>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/forked_side_work.hpp"
#include "tests/fakes/fake_side_work.hpp"

namespace mino::contract {
namespace {

class Fake final : public SideWorkHarness {
 public:
  SideWork& work() override { return work_; }
  bool turn() override { return work_.finish_next(); }

 private:
  fakes::FakeSideWork work_;
};

class Forked final : public SideWorkHarness {
 public:
  SideWork& work() override { return work_; }
  bool turn() override {
    constexpr int kPatienceMs = 20'000;
    pollfd wait{work_.fd(), POLLIN, 0};
    if (::poll(&wait, 1, kPatienceMs) != 1) return false;
    work_.handle();
    return true;
  }

 private:
  json::RapidJsonCodec codec_;
  posix::ForkedSideWork work_{codec_};
};

template <typename Harness>
std::unique_ptr<SideWorkHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Fake, SideWorkContract, ::testing::Values(&make<Fake>));
INSTANTIATE_TEST_SUITE_P(Forked, SideWorkContract, ::testing::Values(&make<Forked>));

}  // namespace
}  // namespace mino::contract
