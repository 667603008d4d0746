#include "tests/contract/placeholder_store_contract.hpp"

#include <filesystem>
#include <fstream>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/state/placeholder_ledger.hpp"
#include "tests/fakes/fake_placeholder_store.hpp"
#include "tests/fakes/fake_process_table.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::contract {
namespace {

class Real final : public PlaceholderStoreHarness {
 public:
  Real() { std::filesystem::create_directory(directory_ / "project"); }
  PlaceholderStore& store() override { return store_; }
  PlaceholderStore& other() override { return other_; }
  std::string project() override { return (directory_ / "project").native(); }
  bool exists(const std::string& path) override {
    return std::filesystem::exists(directory_ / "project" / path);
  }
  void put(const std::string& path, const std::string& content) override {
    std::ofstream(directory_ / "project" / path) << content;
  }
  ProcessIdentity start_owner() override { return processes_.start(); }
  void end_owner(const ProcessIdentity& owner) override { processes_.end(owner); }

 private:
  testing_support::TempDir directory_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec json_;
  fakes::FakeProcessTable processes_;
  state::PlaceholderLedger store_{{.files = files_, .json = json_, .processes = processes_},
                                  directory_ / "ledger"};
  state::PlaceholderLedger other_{{.files = files_, .json = json_, .processes = processes_},
                                  directory_ / "ledger"};
};

class Fake final : public PlaceholderStoreHarness {
 public:
  PlaceholderStore& store() override { return store_; }
  PlaceholderStore& other() override { return store_; }
  std::string project() override { return "/project"; }
  bool exists(const std::string& path) override { return store_.exists("/project/" + path); }
  void put(const std::string& path, const std::string& /*content*/) override {
    store_.theirs.insert("/project/" + path);
  }
  ProcessIdentity start_owner() override { return processes_.start(); }
  void end_owner(const ProcessIdentity& owner) override { processes_.end(owner); }

 private:
  fakes::FakeProcessTable processes_;
  fakes::FakePlaceholderStore store_{processes_};
};

template <typename Harness>
std::unique_ptr<PlaceholderStoreHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Real, PlaceholderStoreContract, ::testing::Values(&make<Real>));
INSTANTIATE_TEST_SUITE_P(Fake, PlaceholderStoreContract, ::testing::Values(&make<Fake>));

}  // namespace
}  // namespace mino::contract
