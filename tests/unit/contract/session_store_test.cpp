#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/state/json_session_store.hpp"
#include "tests/contract/session_store_contract.hpp"
#include "tests/fakes/fake_session_store.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::contract {
namespace {

class FakeHarness final : public SessionStoreHarness {
 public:
  SessionStore& store() override { return store_; }
  void corrupt(const SessionName& name) override { store_.corrupt(name); }

 private:
  fakes::FakeSessionStore store_;
};

class JsonHarness final : public SessionStoreHarness {
 public:
  SessionStore& store() override { return store_; }
  void corrupt(const SessionName& name) override {
    const auto file = directory_ / "sessions" / (name.str() + ".json");
    ASSERT_TRUE(files_.write_atomic(file, "{\"id\": ", 0600, Durability::kRename).ok());
  }

 private:
  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec codec_;
  state::JsonSessionStore store_{files_, codec_, directory_ / "sessions"};
};

template <typename Harness>
std::unique_ptr<SessionStoreHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Fake, SessionStoreContract, ::testing::Values(&make<FakeHarness>));
INSTANTIATE_TEST_SUITE_P(Json, SessionStoreContract, ::testing::Values(&make<JsonHarness>));

}  // namespace
}  // namespace mino::contract
