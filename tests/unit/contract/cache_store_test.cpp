#include <filesystem>
#include <fstream>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/state/json_cache_store.hpp"
#include "tests/contract/cache_store_contract.hpp"
#include "tests/fakes/fake_cache_store.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::contract {
namespace {

class Real final : public CacheStoreHarness {
 public:
  CacheStore& store() override { return store_; }
  CacheStore& other() override { return other_; }
  void spoil(const std::string& volume) override {
    const std::filesystem::path file = directory_ / "cache" / (volume + ".json");
    ASSERT_TRUE(std::filesystem::exists(file));
    std::ofstream(file) << "{\"schema\": 1, \"volume_name\":";
  }
  ProcessIdentity start_owner() override { return processes_.start(); }
  void end_owner(const ProcessIdentity& owner) override { processes_.end(owner); }

 private:
  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec json_;
  fakes::FakeProcessTable processes_;
  state::JsonCacheStore store_{{.files = files_, .json = json_, .processes = processes_},
                               directory_ / "cache"};
  state::JsonCacheStore other_{{.files = files_, .json = json_, .processes = processes_},
                               directory_ / "cache"};
};

class Fake final : public CacheStoreHarness {
 public:
  CacheStore& store() override { return store_; }
  CacheStore& other() override { return store_; }
  void spoil(const std::string& volume) override { store_.unreadable.insert(volume); }
  ProcessIdentity start_owner() override { return processes_.start(); }
  void end_owner(const ProcessIdentity& owner) override { processes_.end(owner); }

 private:
  fakes::FakeProcessTable processes_;
  fakes::FakeCacheStore store_{processes_};
};

template <typename Harness>
std::unique_ptr<CacheStoreHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Real, CacheStoreContract, ::testing::Values(&make<Real>));
INSTANTIATE_TEST_SUITE_P(Fake, CacheStoreContract, ::testing::Values(&make<Fake>));

}  // namespace
}  // namespace mino::contract
