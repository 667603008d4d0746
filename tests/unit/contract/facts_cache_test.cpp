#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/state/json_facts_cache.hpp"
#include "tests/contract/facts_cache_contract.hpp"
#include "tests/fakes/fake_facts_cache.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::contract {
namespace {

class FakeHarness final : public FactsCacheHarness {
 public:
  FactsCache& cache() override { return cache_; }

 private:
  fakes::FakeFactsCache cache_;
};

class JsonHarness final : public FactsCacheHarness {
 public:
  FactsCache& cache() override { return cache_; }

 private:
  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec codec_;
  state::JsonFactsCache cache_{files_, codec_, directory_ / "mino/host_facts.json"};
};

template <typename Harness>
std::unique_ptr<FactsCacheHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Fake, FactsCacheContract, ::testing::Values(&make<FakeHarness>));
INSTANTIATE_TEST_SUITE_P(Json, FactsCacheContract, ::testing::Values(&make<JsonHarness>));

}  // namespace
}  // namespace mino::contract
