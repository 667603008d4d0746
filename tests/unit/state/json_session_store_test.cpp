#include "adapters/state/json_session_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/file_lock.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "tests/support/session_records.hpp"
#include "tests/support/temp_dir.hpp"

namespace mino::state {
namespace {

namespace fs = std::filesystem;
using testing_support::session_name;
using testing_support::session_record;

class JsonSessionStoreFiles : public ::testing::Test {
 protected:
  void put(const std::string& file, std::string_view bytes) {
    fs::create_directories(directory());
    std::ofstream(directory() / file) << bytes;
  }
  fs::path directory() const { return temporary_ / "state/mino/sessions"; }

  testing_support::TempDir temporary_;
  posix::PosixFileSystem files_;
  json::RapidJsonCodec codec_;
  JsonSessionStore store_{files_, codec_, directory()};
};

TEST_F(JsonSessionStoreFiles, AreForTheUserAlone) {
  ASSERT_TRUE(store_.create(session_record("a")).ok());
  EXPECT_EQ((*files_.info(directory(), FollowLinks::kNo))->mode, 0700U);
  EXPECT_EQ((*files_.info(directory() / "a.json", FollowLinks::kNo))->mode, 0600U);
}

TEST_F(JsonSessionStoreFiles, ReadingMakesNothing) {
  EXPECT_TRUE(store_.list().ok());
  EXPECT_TRUE(store_.load(session_name("a")).ok());
  EXPECT_TRUE(store_.remove(session_name("a"), "id").ok());
  EXPECT_FALSE(store_.update(session_name("a"), "id", [](SessionRecord&) { return true; }).ok());
  EXPECT_TRUE(fs::is_empty(temporary_.path()));
}

TEST_F(JsonSessionStoreFiles, KeepWhatWeDoNotKnow) {
  ASSERT_TRUE(store_.create(session_record("a", "id")).ok());
  JsonValue json = *codec_.parse(**files_.read(directory() / "a.json", 1 << 20));
  json.set("from_the_future", JsonValue::Object{{"x", 1}});
  put("a.json", codec_.write(json, JsonLayout::kCompact));
  ASSERT_TRUE(store_
                  .update(session_name("a"), "id",
                          [](SessionRecord& record) {
                            record.exit_code = 1;
                            return true;
                          })
                  .ok());
  json = *codec_.parse(**files_.read(directory() / "a.json", 1 << 20));
  ASSERT_NE(json.find("from_the_future"), nullptr);
  EXPECT_EQ(*json.find("from_the_future"), JsonValue(JsonValue::Object{{"x", 1}}));
  EXPECT_EQ(*json.find("exit_code"), JsonValue(1));
}

TEST_F(JsonSessionStoreFiles, ThatAreNoRecordsAreReportedAndStay) {
  ASSERT_TRUE(store_.create(session_record("good")).ok());
  put("empty.json", "");
  put("text.json", "not json");
  put("newer.json", R"({"schema": 2})");
  put("other.json", codec_.write(to_json(session_record("good")), JsonLayout::kCompact));
  put("no name.json", "{}");
  fs::create_directory(directory() / "directory.json");
  fs::create_symlink(directory() / "text.json", directory() / "link.json");
  put("notes.txt", "of no interest");
  put(".hidden.json", "of no interest");
  const auto listing = store_.list();
  ASSERT_TRUE(listing.ok());
  EXPECT_EQ(listing->records.size(), 1U);
  std::vector<std::string> reported;
  for (const UnreadableRecord& record : listing->unreadable) {
    reported.push_back(fs::path(record.file).filename());
    EXPECT_NE(record.error.text().find(record.file), std::string::npos) << record.error.text();
    EXPECT_TRUE(fs::exists(record.file));
  }
  EXPECT_EQ(reported,
            (std::vector<std::string>{"directory.json", "empty.json", "link.json", "newer.json",
                                      "no name.json", "other.json", "text.json"}));
  EXPECT_EQ(store_.load(session_name("newer")).error().code(), ErrorCode::kNewerSchema);
  EXPECT_FALSE(store_.create(session_record("newer")).ok());
  EXPECT_EQ(**files_.read(directory() / "newer.json", 1000), R"({"schema": 2})");
}

TEST_F(JsonSessionStoreFiles, ThatAKilledWriterLeftAreRemoved) {
  ASSERT_TRUE(store_.create(session_record("a")).ok());
  const std::string left = std::string(posix::kTemporaryPrefix) + "0123";
  put(left, "{\"half");
  {
    const auto writer = posix::FileLock::acquire(directory() / ".lock", std::chrono::seconds(1));
    ASSERT_TRUE(store_.list().ok());
    EXPECT_TRUE(fs::exists(directory() / left)) << "it may belong to the holder of the lock";
  }
  EXPECT_EQ(store_.list()->records.size(), 1U);
  EXPECT_FALSE(fs::exists(directory() / left));
}

TEST_F(JsonSessionStoreFiles, TakeManyRecords) {
  constexpr int kCount = 100;
  for (int number = 0; number < kCount; ++number) {
    SessionRecord record = session_record("s" + std::to_string(number));
    record.created_at += std::chrono::seconds(number * 7919 % kCount);
    ASSERT_TRUE(store_.create(record).ok());
  }
  const auto listing = store_.list();
  ASSERT_TRUE(listing.ok());
  ASSERT_EQ(listing->records.size(), 100U);
  for (std::size_t index = 1; index < 100; ++index) {
    EXPECT_GE(listing->records[index - 1].created_at, listing->records[index].created_at);
  }
}

/// Runs `work` in child processes at the same time; each has a deadline and a process group of its
/// own.
template <typename Work>
void in_processes(int count, Work work) {
  std::vector<pid_t> children;
  for (int number = 0; number < count; ++number) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::setpgid(0, 0);
      ::alarm(30);
      ::_exit(work(number) ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
}

TEST_F(JsonSessionStoreFiles, LoseNoChangeOfSeveralProcesses) {
  constexpr int kProcesses = 4;
  constexpr int kRounds = 25;
  ASSERT_TRUE(store_.create(session_record("shared", "id")).ok());
  in_processes(kProcesses, [&](int) {
    for (int round = 0; round < kRounds; ++round) {
      const auto updated = store_.update(session_name("shared"), "id", [](SessionRecord& record) {
        ++record.supervisor.start_time;
        return true;
      });
      // Readers take no lock and must never see half a record.
      if (!updated || !store_.load(session_name("shared")) || !store_.list() ||
          !store_.list()->unreadable.empty())
        return false;
    }
    return true;
  });
  EXPECT_EQ((*store_.load(session_name("shared")))->supervisor.start_time,
            99U + kProcesses * kRounds);
}

TEST_F(JsonSessionStoreFiles, GiveANameToOneOfSeveralProcesses) {
  in_processes(6, [&](int number) {
    const std::string id = "id-" + std::to_string(number);
    const Result<void> created = store_.create(session_record("wanted", id));
    if (created) std::ofstream(temporary_ / id) << "won";
    return created.ok() || created.error().code() == ErrorCode::kAlreadyExists;
  });
  const auto record = store_.load(session_name("wanted"));
  ASSERT_TRUE(record.ok() && *record);
  int winners = 0;
  for (int number = 0; number < 6; ++number)
    winners += fs::exists(temporary_ / ("id-" + std::to_string(number))) ? 1 : 0;
  EXPECT_EQ(winners, 1);
  EXPECT_TRUE(fs::exists(temporary_ / (*record)->id));
}

}  // namespace
}  // namespace mino::state
