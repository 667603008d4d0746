#include <unistd.h>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/state/json_credential_cache.hpp"
#include "tests/contract/credential_cache_contract.hpp"
#include "tests/fakes/fake_credential_cache.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::contract {
namespace {

class FakeHarness final : public CredentialCacheHarness {
 public:
  CredentialCache& cache() override { return cache_; }

 private:
  fakes::FakeCredentialCache cache_;
};

class JsonHarness final : public CredentialCacheHarness {
 public:
  CredentialCache& cache() override { return cache_; }

 private:
  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec codec_;
  state::JsonCredentialCache cache_{files_, codec_, directory_ / "mino/credentials", ::geteuid()};
};

template <typename Harness>
std::unique_ptr<CredentialCacheHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Fake, CredentialCacheContract, ::testing::Values(&make<FakeHarness>));
INSTANTIATE_TEST_SUITE_P(Json, CredentialCacheContract, ::testing::Values(&make<JsonHarness>));

}  // namespace
}  // namespace mino::contract
