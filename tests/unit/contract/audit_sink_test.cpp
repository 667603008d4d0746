#include <fstream>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/log/file_audit_sink.hpp"
#include "tests/contract/audit_sink_contract.hpp"
#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::contract {
namespace {

class FakeHarness final : public AuditSinkHarness {
 public:
  AuditSink& sink() override { return sink_; }
  Events events() override {
    Events result;
    for (const auto& event : sink_.events) result.emplace_back(event.event, event.data);
    return result;
  }
  void make_fail() override { sink_.failure = Error(ErrorCode::kInternal, "disk full"); }

 private:
  fakes::FakeAuditSink sink_;
};

class FileHarness final : public AuditSinkHarness {
 public:
  AuditSink& sink() override { return sink_; }
  Events events() override {
    Events result;
    std::ifstream file(directory_ / "kept.log");
    if (!file) file.open(path());
    for (std::string line; std::getline(file, line);) {
      const JsonValue entry = *codec_.parse(line);
      result.emplace_back(*entry.find_string("event"), *entry.find("data"));
    }
    return result;
  }
  void make_fail() override {
    // A directory in the place of the file, which even root cannot write to.
    std::filesystem::rename(path(), directory_ / "kept.log");
    std::filesystem::create_directory(path());
  }

 private:
  std::filesystem::path path() { return directory_ / "mino/audit.log"; }

  testing_support::TempDir directory_;
  fakes::FakeClock clock_;
  json::RapidJsonCodec codec_;
  log::FileAuditSink sink_{clock_, codec_, path()};
};

template <typename Harness>
std::unique_ptr<AuditSinkHarness> make() {
  return std::make_unique<Harness>();
}

INSTANTIATE_TEST_SUITE_P(Fake, AuditSinkContract, ::testing::Values(&make<FakeHarness>));
INSTANTIATE_TEST_SUITE_P(File, AuditSinkContract, ::testing::Values(&make<FileHarness>));

}  // namespace
}  // namespace mino::contract
