#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "ports/session_store.hpp"
#include "tests/support/session_records.hpp"

namespace mino::contract {

class SessionStoreHarness {
 public:
  virtual ~SessionStoreHarness() = default;
  virtual SessionStore& store() = 0;
  /// Makes the record of that name unreadable.
  virtual void corrupt(const SessionName& name) = 0;
};

using SessionStoreFactory = std::unique_ptr<SessionStoreHarness> (*)();

class SessionStoreContract : public ::testing::TestWithParam<SessionStoreFactory> {
 protected:
  SessionStore& store() { return harness_->store(); }
  void create(const SessionRecord& record) {
    const Result<void> created = store().create(record);
    ASSERT_TRUE(created.ok()) << created.error().text();
  }
  /// Whether a record is there and equals this one.
  bool holds(const SessionRecord& record) {
    const auto loaded = store().load(record.name);
    return loaded.ok() && loaded->has_value() && to_json(**loaded) == to_json(record);
  }
  std::vector<std::string> names() {
    std::vector<std::string> result;
    const auto listing = store().list();
    if (!listing.ok()) return {listing.error().text()};
    for (const SessionRecord& record : listing->records) result.push_back(record.name.str());
    return result;
  }

  std::unique_ptr<SessionStoreHarness> harness_ = GetParam()();
};

using testing_support::session_name;
using testing_support::session_record;

TEST_P(SessionStoreContract, StartsEmpty) {
  const auto listing = store().list();
  ASSERT_TRUE(listing.ok());
  EXPECT_TRUE(listing->records.empty());
  EXPECT_TRUE(listing->unreadable.empty());
  const auto loaded = store().load(session_name("a"));
  ASSERT_TRUE(loaded.ok());
  EXPECT_FALSE(loaded->has_value());
  EXPECT_TRUE(store().remove(session_name("a"), "any").ok());
}

TEST_P(SessionStoreContract, LoadsWhatWasCreated) {
  SessionRecord record = session_record("a");
  record.exit_code = 7;
  record.unknown.emplace_back("later", JsonValue::Array{1, "x", nullptr});
  create(record);
  EXPECT_TRUE(holds(record));
}

TEST_P(SessionStoreContract, ListsNewestFirst) {
  for (const int hour : {1, 3, 2}) {
    SessionRecord record = session_record("s" + std::to_string(hour));
    record.created_at += std::chrono::hours(hour);
    create(record);
  }
  EXPECT_EQ(names(), (std::vector<std::string>{"s3", "s2", "s1"}));
}

TEST_P(SessionStoreContract, RefusesTheNameOfALiveSession) {
  for (const SessionStatus status : {SessionStatus::kStarting, SessionStatus::kRunning}) {
    SessionRecord first = session_record("live-" + std::string(to_string(status)), "first");
    first.status = status;
    create(first);
    const Result<void> second = store().create(session_record(first.name.str(), "second"));
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code(), ErrorCode::kAlreadyExists);
    EXPECT_TRUE(holds(first));
  }
}

TEST_P(SessionStoreContract, ReusesTheNameOfAFinishedSession) {
  for (const SessionStatus status : {SessionStatus::kStopped, SessionStatus::kFailed}) {
    SessionRecord first = session_record("a", "first");
    first.status = status;
    create(first);
    const SessionRecord second = session_record("a", "second");
    create(second);
    EXPECT_TRUE(holds(second));
    ASSERT_TRUE(store().remove(second.name, "second").ok());
  }
}

TEST_P(SessionStoreContract, UpdatesOneRecord) {
  create(session_record("a", "id-a"));
  create(session_record("b", "id-b"));
  const auto updated = store().update(session_name("a"), "id-a", [](SessionRecord& record) {
    record.status = SessionStatus::kStopped;
    record.exit_code = 3;
    return true;
  });
  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->exit_code, 3);
  EXPECT_TRUE(holds(*updated));
  EXPECT_TRUE(holds(session_record("b", "id-b")));
}

TEST_P(SessionStoreContract, LeavesTheRecordWhenTheChangeDeclines) {
  create(session_record("a", "id"));
  const auto seen = store().update(session_name("a"), "id", [](SessionRecord& record) {
    record.image = "changed";
    return false;
  });
  ASSERT_TRUE(seen.ok());
  EXPECT_TRUE(holds(session_record("a", "id")));
}

TEST_P(SessionStoreContract, UpdatesOnlyTheSessionThatIsMeant) {
  const auto never = [](SessionRecord&) {
    ADD_FAILURE() << "the change must not be asked";
    return true;
  };
  const auto missing = store().update(session_name("a"), "id", never);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), ErrorCode::kNotFound);
  create(session_record("a", "new"));
  const auto other = store().update(session_name("a"), "old", never);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code(), ErrorCode::kNotFound);
}

TEST_P(SessionStoreContract, RemovesOnlyTheSessionThatIsMeant) {
  create(session_record("a", "new"));
  EXPECT_TRUE(store().remove(session_name("a"), "old").ok());
  EXPECT_TRUE(holds(session_record("a", "new")));
  EXPECT_TRUE(store().remove(session_name("a"), "new").ok());
  EXPECT_TRUE(names().empty());
}

TEST_P(SessionStoreContract, ReportsACorruptRecordAndKeepsIt) {
  create(session_record("a"));
  create(session_record("b"));
  harness_->corrupt(session_name("a"));
  const auto listing = store().list();
  ASSERT_TRUE(listing.ok());
  EXPECT_EQ(names(), std::vector<std::string>{"b"});
  ASSERT_EQ(listing->unreadable.size(), 1U);
  EXPECT_NE(listing->unreadable[0].file.find("a.json"), std::string::npos);
  EXPECT_EQ(listing->unreadable[0].error.code(), ErrorCode::kCorrupt);

  const auto loaded = store().load(session_name("a"));
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code(), ErrorCode::kCorrupt);
  EXPECT_FALSE(store().create(session_record("a")).ok());
  EXPECT_FALSE(store().remove(session_name("a"), "any").ok());
  EXPECT_EQ(store().list()->unreadable.size(), 1U);
}

}  // namespace mino::contract
