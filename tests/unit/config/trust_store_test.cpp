#include "adapters/state/trust_store.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "tests/contract/trust_store_contract.hpp"
#include "tests/fakes/fake_trust_store.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::contract {
namespace {

class FakeTrustHarness final : public TrustStoreHarness {
 public:
  TrustStore& store() override { return store_; }
  TrustStore& other() override { return store_; }

 private:
  fakes::FakeTrustStore store_;
};

class JsonTrustHarness final : public TrustStoreHarness {
 public:
  TrustStore& store() override { return store_; }
  TrustStore& other() override { return other_; }
  [[nodiscard]] std::filesystem::path file() const { return directory_ / "mino/trust.json"; }

 private:
  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec codec_;
  state::JsonTrustStore store_{files_, codec_, file()};
  state::JsonTrustStore other_{files_, codec_, file()};
};

template <typename Harness>
std::unique_ptr<TrustStoreHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Fake, TrustStoreContract, ::testing::Values(&make<FakeTrustHarness>));
INSTANTIATE_TEST_SUITE_P(Json, TrustStoreContract, ::testing::Values(&make<JsonTrustHarness>));

class JsonTrustStoreFile : public ::testing::Test {
 protected:
  void write(const std::string& text) {
    std::filesystem::create_directories(harness_.file().parent_path());
    std::ofstream(harness_.file()) << text;
  }
  JsonTrustHarness harness_;
};

TEST_F(JsonTrustStoreFile, IsTheUsersAlone) {
  ASSERT_TRUE(harness_.store().grant({"/p/.mino.toml", "11", {}}).ok());
  const auto mode = [](const std::filesystem::path& path) {
    return static_cast<unsigned>(std::filesystem::status(path).permissions());
  };
  EXPECT_EQ(mode(harness_.file()), 0600U);
  EXPECT_EQ(mode(harness_.file().parent_path()), 0700U);
}

TEST_F(JsonTrustStoreFile, ABrokenFileIsReportedAndLeftAlone) {
  for (const std::string text :
       {"", "{", "[]", R"({"schema":1})", R"({"schema":1,"approvals":[{"file":"/p"}]})"}) {
    write(text);
    EXPECT_EQ(harness_.store().list().error().code(), ErrorCode::kCorrupt) << text;
    EXPECT_EQ(harness_.store().grant({"/p", "11", {}}).error().code(), ErrorCode::kCorrupt) << text;
    EXPECT_EQ(std::filesystem::file_size(harness_.file()), text.size());
  }
}

TEST_F(JsonTrustStoreFile, AFileOfANewerMinoIsLeftAlone) {
  write(R"({"schema":2,"approvals":[]})");
  EXPECT_EQ(harness_.store().find("/p").error().code(), ErrorCode::kNewerSchema);
  EXPECT_EQ(harness_.store().grant({"/p", "11", {}}).error().code(), ErrorCode::kNewerSchema);
}

}  // namespace
}  // namespace mino::contract
