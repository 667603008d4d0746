#include "tests/contract/ssh_agent_filter_contract.hpp"

#include "tests/fakes/fake_ssh_agent_filter.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::contract {
namespace {

class FakeHarness final : public SshAgentFilterHarness {
 public:
  FakeHarness() {
    RunInputs inputs = testing_support::plain_inputs();
    without_ = testing_support::plan_of(inputs);
    inputs.host.ssh_agent = {SshAgentFacts::State::kUsable, "/run/user/1001/agent"};
    with_ = testing_support::plan_of(inputs);
  }
  SshAgentFilter& filter() override { return filter_; }
  const RunPlan& plan() override {
    filter_.failure.reset();
    return with_;
  }
  const RunPlan& plan_without_agent() override { return without_; }
  const RunPlan& broken_plan() override {
    filter_.failure = Error(ErrorCode::kUnavailable, "there is no such program");
    return with_;
  }
  Answer box_signs() override {
    return answer({.kind = SshEvent::Kind::kSigned, .purpose = SshEvent::Purpose::kFile});
  }
  Answer box_removes_all_keys() override { return answer({}); }
  void agent_ends() override { filter_.has_agent = false; }
  void agent_returns() override { filter_.has_agent = true; }
  void filter_ends() override { filter_.lose(); }

 private:
  Answer answer(const SshEvent& event) {
    const auto granted = filter_.box_asks(event);
    if (!granted) return Answer::kNone;
    return *granted ? Answer::kGranted : Answer::kRefused;
  }
  fakes::FakeSshAgentFilter filter_;
  RunPlan with_ = testing_support::plan_of(testing_support::plain_inputs());
  RunPlan without_ = with_;
};

INSTANTIATE_TEST_SUITE_P(Fake, SshAgentFilterContract,
                         ::testing::Values([]() -> std::unique_ptr<SshAgentFilterHarness> {
                           return std::make_unique<FakeHarness>();
                         }));

}  // namespace
}  // namespace mino::contract
