// The fault sweep of credentials: whatever is wrong with the cache, its lock, the clock and the
// providers' programs at the same time, each request has one outcome, a credential that could be
// had is given out, none that is over is, and no value of one is in anything that is said.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "application/fetch_credentials.hpp"
#include "application/issue_credentials.hpp"
#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_credential_cache.hpp"
#include "tests/fakes/fake_credential_source.hpp"
#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_environment.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/unit/run/run_inputs.hpp"

namespace mino::application {
namespace {

using std::chrono::hours;

constexpr CredentialProvider kGcp = CredentialProvider::kGcp;
constexpr CredentialProvider kAzure = CredentialProvider::kAzure;

enum class Kept { kNothing, kGood, kOver, kFromTheFuture, kUnreadable };
enum class Program { kGives, kGivesWhatIsOver, kFails, kIsMissing, kHangs };
enum class Locking { kWorks, kTimesOut };
enum class Storing { kWorks, kFails };

/// A cache whose lock somebody else holds for ever.
class LockedCache final : public CredentialCache {
 public:
  explicit LockedCache(fakes::FakeCredentialCache& cache) : cache_(cache) {}
  [[nodiscard]] CachedCredential load(CredentialProvider provider,
                                      const std::string& key) const override {
    return cache_.load(provider, key);
  }
  [[nodiscard]] Result<void> store(CredentialProvider provider, const std::string& key,
                                   const IssuedCredential& issued, Timestamp now) override {
    return cache_.store(provider, key, issued, now);
  }
  [[nodiscard]] Result<std::unique_ptr<CredentialLock>> lock(
      const std::vector<std::string>& /*keys*/, std::chrono::milliseconds /*patience*/) override {
    return Error(ErrorCode::kTimeout, "locked");
  }

 private:
  fakes::FakeCredentialCache& cache_;
};

/// One provider's part of a world.
struct Fault {
  Kept kept = Kept::kNothing;
  Program program = Program::kGives;
};

class World {
 public:
  World(Fault gcp, Fault azure, Locking locking, Storing storing)
      : gcp_(gcp), azure_(azure), locking_(locking) {
    arrange(kGcp, gcp);
    arrange(kAzure, azure);
    if (storing == Storing::kFails)
      cache_.failure = Error(ErrorCode::kPermission, "the disk is full");
  }

  void sweep() {
    const FetchCredentials fetch(
        {source_,
         locking_ == Locking::kWorks ? static_cast<CredentialCache&>(cache_)
                                     : static_cast<CredentialCache&>(locked_),
         digest_, clock_},
        accounts_);
    IssueCredentials use_case({fetch, audit_, notices_});
    const auto credentials =
        use_case.execute(testing_support::plan_of(testing_support::plain_inputs()),
                         {{.provider = kGcp}, {.provider = kAzure}});
    ASSERT_TRUE(credentials.ok()) << "a lack ends no run";
    ASSERT_EQ(credentials->size(), 2U);
    expect_outcome((*credentials)[0], gcp_);
    expect_outcome((*credentials)[1], azure_);
    EXPECT_LE(source_.calls.size(), 1U) << "all programs at the same time";
    expect_silence();
  }

 private:
  static std::string secret(const char* which) { return std::string("ya29.planted-") + which; }
  IssuedCredential credential(const char* which, Timestamp issued_at) {
    Credential made{.values = {}, .expires_at = issued_at + hours(1)};
    made.values.emplace(kToken, Secret(secret(which)));
    return {std::move(made), issued_at};
  }
  void arrange(CredentialProvider provider, Fault fault) {
    const Timestamp now = clock_.now();
    const CredentialRequest request{.provider = provider};
    const std::string key =
        digest_.sha256_hex(identity_bytes(request, accounts_.inputs(request).text));
    switch (fault.kept) {
      case Kept::kNothing:
        break;
      case Kept::kGood:
        cache_.entries.insert_or_assign(key, std::pair(provider, credential("kept", now)));
        break;
      case Kept::kOver:
        cache_.entries.insert_or_assign(key,
                                        std::pair(provider, credential("over", now - hours(2))));
        break;
      case Kept::kFromTheFuture:
        cache_.entries.insert_or_assign(key,
                                        std::pair(provider, credential("future", now + hours(5))));
        break;
      case Kept::kUnreadable:
        cache_.complaints[key] = "it is damaged";
    }
    switch (fault.program) {
      case Program::kGives:
        source_.answers.emplace(provider, credential("fresh", now).credential);
        break;
      case Program::kGivesWhatIsOver:
        source_.answers.emplace(provider, credential("stale", now - hours(3)).credential);
        break;
      case Program::kFails:
        source_.answers.emplace(provider, Error(ErrorCode::kUnavailable, "logged out"));
        break;
      case Program::kIsMissing:
        break;
      case Program::kHangs:
        source_.answers.emplace(provider, Error(ErrorCode::kTimeout, "it did not end"));
    }
  }

  static void expect_outcome(const BoxCredential& given, Fault fault) {
    std::optional<std::string> expected;
    if (fault.kept == Kept::kGood) {
      expected = secret("kept");
    } else if (fault.program == Program::kGives) {
      expected = secret("fresh");
    }
    ASSERT_EQ(given.issued.has_value(), expected.has_value());
    if (expected) {
      EXPECT_EQ(given.issued->credential.values.at(std::string(kToken)).reveal(), *expected);
    }
  }
  void expect_silence() const {
    const auto is_silent = [](const std::string& text) {
      return text.find("planted") == std::string::npos;
    };
    for (const auto& warning : notices_.warnings)
      EXPECT_TRUE(is_silent(warning.text) && is_silent(warning.hint)) << warning.text;
    for (const auto& event : audit_.events)
      for (const auto& [name, value] : *event.data.object())
        if (const std::string* text = value.string()) {
          EXPECT_TRUE(is_silent(*text)) << *text;
        }
  }

  Fault gcp_;
  Fault azure_;
  Locking locking_;
  fakes::FakeCredentialSource source_;
  fakes::FakeCredentialCache cache_;
  LockedCache locked_{cache_};
  fakes::FakeDigest digest_;
  fakes::FakeClock clock_;
  fakes::FakeAuditSink audit_;
  fakes::FakeNotices notices_;
  fakes::FakeFileSystem files_;
  fakes::FakeEnvironment environment_;
  AccountFiles accounts_{files_, environment_, digest_, "/home/ann"};
};

std::vector<Fault> faults() {
  std::vector<Fault> all;
  for (const Kept kept :
       {Kept::kNothing, Kept::kGood, Kept::kOver, Kept::kFromTheFuture, Kept::kUnreadable}) {
    for (const Program program : {Program::kGives, Program::kGivesWhatIsOver, Program::kFails,
                                  Program::kIsMissing, Program::kHangs})
      all.push_back({kept, program});
  }
  return all;
}

TEST(IssueCredentialsFaults, EveryOneWithEveryOther) {
  int worlds = 0;
  for (const Fault& gcp : faults()) {
    for (const Fault& azure : faults()) {
      for (const Locking locking : {Locking::kWorks, Locking::kTimesOut}) {
        for (const Storing storing : {Storing::kWorks, Storing::kFails}) {
          SCOPED_TRACE(testing::Message()
                       << static_cast<int>(gcp.kept) << static_cast<int>(gcp.program)
                       << static_cast<int>(azure.kept) << static_cast<int>(azure.program)
                       << static_cast<int>(locking) << static_cast<int>(storing));
          World(gcp, azure, locking, storing).sweep();
          ++worlds;
          if (testing::Test::HasFailure()) return;
        }
      }
    }
  }
  EXPECT_EQ(worlds, 2500);
}

}  // namespace
}  // namespace mino::application
