#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "adapters/toml/toml_config_editor.hpp"
#include "adapters/toml/toml_config_source.hpp"
#include "application/approve_project.hpp"
#include "application/config_audit.hpp"
#include "application/config_edit.hpp"
#include "application/config_init.hpp"
#include "application/config_set.hpp"
#include "tests/fakes/fake_audit_sink.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_digest.hpp"
#include "tests/fakes/fake_file_system.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/fakes/fake_trust_store.hpp"

namespace mino::application {
namespace {

using fakes::FakeFileSystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kGlobal = "/home/me/.config/mino/config.toml";
constexpr const char* kLocal = "/home/me/p/.mino.toml";

/// An editor that does what a test says.
class ScriptedEditor final : public ConfigTextEditor {
 public:
  [[nodiscard]] Result<void> open(const std::string& command,
                                  const std::filesystem::path& file) override {
    commands.push_back(command);
    return edit(file);
  }
  std::vector<std::string> commands;
  std::function<Result<void>(const std::filesystem::path&)> edit = [](const auto&) {
    return Result<void>();
  };
};

class WriteConfigTest : public ::testing::Test {
 protected:
  WriteConfigTest() { files.add_directory("/home/me/p/.git"); }

  Result<SetConfigResponse> set(const char* file, ConfigTarget target, const std::string& key,
                                const std::string& value) {
    return SetConfig(source, editor, writer).execute({file, target, key, value, Config()});
  }
  bool is_approved() {
    const ProjectSnapshot snapshot = writer.read(kLocal, ConfigTarget::kProjectFile).value();
    const auto approval = trust.find(kLocal).value();
    return approval && approval->digest == snapshot.digest(digest);
  }
  void approve() {
    ASSERT_TRUE(approver.approve("/home/me/p", Config()).ok());
    ASSERT_TRUE(is_approved());
  }

  FakeFileSystem files;
  toml::TomlConfigSource source;
  toml::TomlConfigEditor editor;
  fakes::FakeTrustStore trust;
  fakes::FakeDigest digest;
  fakes::FakeClock clock;
  ProjectOwner owner{"/home/me", FakeFileSystem::kOwner};
  ConfigWriter writer{{files, source, trust, digest, clock}, owner};
  ApproveProject approver{{files, source, trust, digest, clock}, owner};
};

TEST_F(WriteConfigTest, SetMakesTheFileAndItsDirectory) {
  const auto response = set(kGlobal, ConfigTarget::kUserFile, "container.image", "x");
  ASSERT_TRUE(response.ok()) << response.error().text();
  EXPECT_EQ(files.bytes(kGlobal), "[container]\nimage = \"x\"\n");
  EXPECT_EQ((*files.info(kGlobal, FollowLinks::kNo))->mode, 0600U);
  EXPECT_EQ((*files.info("/home/me/.config/mino", FollowLinks::kNo))->mode, 0700U);
  EXPECT_EQ(response->written.trust, TrustAfterWrite::kNotNeeded);
  EXPECT_TRUE(trust.approvals.empty());
}

TEST_F(WriteConfigTest, SetKeepsTheModeAndTheRestOfTheFile) {
  files.add_file(kGlobal, "# mine\n[container]\nimage = \"a\" # this\n", 0640);
  ASSERT_TRUE(set(kGlobal, ConfigTarget::kUserFile, "container.image", "b").ok());
  EXPECT_EQ(files.bytes(kGlobal), "# mine\n[container]\nimage = \"b\" # this\n");
  EXPECT_EQ((*files.info(kGlobal, FollowLinks::kNo))->mode, 0640U);
}

TEST_F(WriteConfigTest, SetFollowsALinkOfTheUser) {
  files.add_file("/home/me/dotfiles/mino.toml", "");
  files.add_symlink(kGlobal, "/home/me/dotfiles/mino.toml");
  ASSERT_TRUE(set(kGlobal, ConfigTarget::kUserFile, "container.image", "b").ok());
  EXPECT_EQ((*files.info(kGlobal, FollowLinks::kNo))->kind, FileKind::kSymlink);
  EXPECT_THAT(files.bytes("/home/me/dotfiles/mino.toml"), HasSubstr("image = \"b\""));
}

TEST_F(WriteConfigTest, SetTakesEveryKey) {
  for (const ConfigKey& key : config_schema()) {
    std::string value(key.default_text.value_or("1"));
    if (!key.choices.empty()) value = key.choices.front();
    if (key.type == ValueType::kStringTable) value = "A=1";
    if (key.path.ends_with(".network_allow")) value = "a.example:443";
    const auto response = set(kGlobal, ConfigTarget::kUserFile, std::string(key.path), value);
    EXPECT_TRUE(response.ok()) << key.path << ": " << response.error().text();
    ASSERT_TRUE(files.remove(kGlobal).ok());
  }
}

TEST_F(WriteConfigTest, SetRefusesUnknownKeysAndWrongValuesAsUsageErrors) {
  const auto unknown = set(kGlobal, ConfigTarget::kUserFile, "container.imge", "x");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code(), ErrorCode::kUsage);
  EXPECT_EQ(unknown.error().hint(), "did you mean container.image?");
  EXPECT_EQ(set(kGlobal, ConfigTarget::kUserFile, "container.pids", "many").error().code(),
            ErrorCode::kUsage);
  EXPECT_EQ(set(kGlobal, ConfigTarget::kUserFile, "container.env.1A", "x").error().code(),
            ErrorCode::kUsage);
  EXPECT_FALSE(files.exists(kGlobal));
}

TEST_F(WriteConfigTest, SetTakesAnEntryOfATable) {
  ASSERT_TRUE(set(kGlobal, ConfigTarget::kUserFile, "container.env.TOKEN", "a=b,c").ok());
  EXPECT_EQ(files.bytes(kGlobal), "[container.env]\nTOKEN = \"a=b,c\"\n");
}

TEST_F(WriteConfigTest, SetWritesNothingThatWouldBreakTheFile) {
  files.add_file(kGlobal, "[container]\nnetwork = \"none\"\n");
  const auto conflict = set(kGlobal, ConfigTarget::kUserFile, "container.network_allow", "a:1");
  ASSERT_FALSE(conflict.ok());
  EXPECT_THAT(conflict.error().message(), HasSubstr("conflicts"));
  EXPECT_EQ(files.bytes(kGlobal), "[container]\nnetwork = \"none\"\n");
  files.add_file(kGlobal, "[container\n");
  EXPECT_EQ(set(kGlobal, ConfigTarget::kUserFile, "container.image", "x").error().code(),
            ErrorCode::kConfig);
  EXPECT_EQ(files.bytes(kGlobal), "[container\n");
}

TEST_F(WriteConfigTest, SetRepairsAWrongValue) {
  files.add_file(kGlobal, "[container]\npids = \"many\"\n");
  ASSERT_TRUE(set(kGlobal, ConfigTarget::kUserFile, "container.pids", "10").ok());
  EXPECT_EQ(files.bytes(kGlobal), "[container]\npids = 10\n");
}

TEST_F(WriteConfigTest, AFullDiskLeavesTheOldFile) {
  files.add_file(kGlobal, "[container]\nimage = \"a\"\n");
  files.fail(kGlobal, 0);
  files.fail(kGlobal, 28);
  EXPECT_FALSE(set(kGlobal, ConfigTarget::kUserFile, "container.image", "b").ok());
  files.fail(kGlobal, 0);
  EXPECT_EQ(files.bytes(kGlobal), "[container]\nimage = \"a\"\n");
}

TEST_F(WriteConfigTest, ANewProjectFileIsTrustedAsWritten) {
  const auto response = set(kLocal, ConfigTarget::kProjectFile, "container.image", "x");
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->written.trust, TrustAfterWrite::kGranted);
  EXPECT_TRUE(is_approved());
  EXPECT_EQ((*files.info(kLocal, FollowLinks::kNo))->mode, 0644U);
}

TEST_F(WriteConfigTest, AnApprovedOrHarmlessProjectFileStaysTrusted) {
  files.add_file(kLocal, "[container]\nimage = \"a\"\n");
  approve();
  ASSERT_TRUE(set(kLocal, ConfigTarget::kProjectFile, "container.image", "b").ok());
  EXPECT_TRUE(is_approved());
  trust.approvals.clear();
  files.add_file(kLocal, "[container]\nread_only = true\n");
  ASSERT_TRUE(set(kLocal, ConfigTarget::kProjectFile, "container.image", "b").ok());
  EXPECT_TRUE(is_approved());
}

TEST_F(WriteConfigTest, AForeignProjectFileDoesNotBecomeTrustedByAnEdit) {
  files.add_file(kLocal, "[container]\nvolumes = [\"/:/host\"]\n");
  const auto response = set(kLocal, ConfigTarget::kProjectFile, "general.verbose", "true");
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->written.trust, TrustAfterWrite::kWithheld);
  EXPECT_FALSE(is_approved());
}

TEST_F(WriteConfigTest, ForeignLayersDoNotBecomeTrustedByANewFile) {
  files.add_file("/home/me/p/.mino/layers/x/install.sh", "evil");
  const auto response = set(kLocal, ConfigTarget::kProjectFile, "container.image", "x");
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->written.trust, TrustAfterWrite::kWithheld);
  EXPECT_FALSE(is_approved());
}

TEST_F(WriteConfigTest, AProjectFileOfOthersIsNotChanged) {
  files.add_file(kLocal, "");
  files.set_owner(kLocal, 1234);
  EXPECT_EQ(set(kLocal, ConfigTarget::kProjectFile, "container.image", "x").error().code(),
            ErrorCode::kPermission);
}

TEST_F(WriteConfigTest, InitWritesTheTemplateOnce) {
  InitConfig init(writer);
  ASSERT_TRUE(
      init.execute({"/home/me/new/dir/.mino.toml", ConfigTarget::kProjectFile, Overwrite::kNo})
          .ok());
  EXPECT_THAT(files.bytes("/home/me/new/dir/.mino.toml"), HasSubstr("# image = \"fedora:43\""));
  files.add_file(kLocal, "[container]\nimage = \"a\"\n");
  const auto again = init.execute({kLocal, ConfigTarget::kProjectFile, Overwrite::kNo});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code(), ErrorCode::kAlreadyExists);
  EXPECT_THAT(again.error().hint(), HasSubstr("--force"));
  const auto forced = init.execute({kLocal, ConfigTarget::kProjectFile, Overwrite::kYes});
  ASSERT_TRUE(forced.ok());
  EXPECT_EQ(forced->trust, TrustAfterWrite::kGranted);
  EXPECT_TRUE(is_approved());
  ASSERT_TRUE(init.execute({kGlobal, ConfigTarget::kUserFile, Overwrite::kNo}).ok());
  EXPECT_THAT(files.bytes(kGlobal), HasSubstr("[general]"));
}

TEST_F(WriteConfigTest, EditChecksWhatTheUserWrote) {
  ScriptedEditor person;
  person.edit = [this](const std::filesystem::path& file) {
    EXPECT_THAT(files.bytes(file), HasSubstr("# image"));
    files.add_file(file, "[container]\nimge = 1\n", 0600);
    return Result<void>();
  };
  const auto broken =
      EditConfig(writer, person).execute({kGlobal, ConfigTarget::kUserFile, "vi", Config()});
  ASSERT_FALSE(broken.ok());
  EXPECT_THAT(broken.error().text(), HasSubstr(":2:1: unknown key"));
  EXPECT_EQ(files.bytes(kGlobal), "[container]\nimge = 1\n");
  EXPECT_THAT(person.commands, ElementsAre("vi"));
  person.edit = [this](const std::filesystem::path& file) {
    files.add_file(file, "[container]\nimage = \"x\"\n", 0600);
    return Result<void>();
  };
  EXPECT_TRUE(
      EditConfig(writer, person).execute({kGlobal, ConfigTarget::kUserFile, "vi", Config()}).ok());
}

TEST_F(WriteConfigTest, EditKeepsTrustOnlyWhereThereWasSome) {
  ScriptedEditor person;
  person.edit = [this](const std::filesystem::path& file) {
    files.add_file(file, files.bytes(file) + "# more\n");
    return Result<void>();
  };
  files.add_file(kLocal, "[container]\nimage = \"a\"\n");
  const auto foreign =
      EditConfig(writer, person).execute({kLocal, ConfigTarget::kProjectFile, "vi", Config()});
  ASSERT_TRUE(foreign.ok());
  EXPECT_EQ(foreign->trust, TrustAfterWrite::kWithheld);
  EXPECT_FALSE(is_approved());
  approve();
  const auto own =
      EditConfig(writer, person).execute({kLocal, ConfigTarget::kProjectFile, "vi", Config()});
  ASSERT_TRUE(own.ok());
  EXPECT_EQ(own->trust, TrustAfterWrite::kGranted);
  EXPECT_TRUE(is_approved());
}

TEST_F(WriteConfigTest, ApproveShowsTheEffectAndBindsToTheContent) {
  files.add_file(kLocal, "[container]\nimage = \"a\"\nread_only = true\n");
  const auto approved = approver.approve("/home/me/p", Config());
  ASSERT_TRUE(approved.ok()) << approved.error().text();
  EXPECT_THAT(approved->effect, ElementsAre("container.image = \"a\""));
  EXPECT_EQ(approved->approval.granted_at, clock.now());
  EXPECT_TRUE(is_approved());
  files.add_file(kLocal, "[container]\nimage = \"b\"\n");
  EXPECT_FALSE(is_approved());
  EXPECT_TRUE(approver.approve(kLocal, Config()).ok());
  EXPECT_TRUE(is_approved());
}

TEST_F(WriteConfigTest, ApproveRefusesWhatItCannotVouchFor) {
  EXPECT_EQ(approver.approve("/home/me/p", Config()).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(approver.approve("/nowhere", Config()).error().code(), ErrorCode::kNotFound);
  files.add_file("/home/me/p/other.toml", "");
  EXPECT_EQ(approver.approve("/home/me/p/other.toml", Config()).error().code(), ErrorCode::kUsage);
  files.add_file(kLocal, "broken");
  EXPECT_EQ(approver.approve("/home/me/p", Config()).error().code(), ErrorCode::kConfig);
  files.add_file(kLocal, "", 0666);
  EXPECT_EQ(approver.approve("/home/me/p", Config()).error().code(), ErrorCode::kPermission);
  EXPECT_TRUE(trust.approvals.empty());
}

TEST_F(WriteConfigTest, RevokeWorksAlsoWhenTheFileIsGone) {
  files.add_file(kLocal, "[container]\nimage = \"a\"\n");
  approve();
  EXPECT_EQ(*approver.revoke("/home/me/p"), kLocal);
  EXPECT_EQ(approver.revoke("/home/me/p").error().code(), ErrorCode::kNotFound);
  approve();
  ASSERT_TRUE(files.remove(kLocal).ok());
  EXPECT_EQ(*approver.revoke("/home/me/p"), kLocal);
}

TEST_F(WriteConfigTest, GrantsAreAudited) {
  fakes::FakeAuditSink audit;
  fakes::FakeNotices notices;
  audit_trust_granted(audit, notices, {kLocal, "11", clock.now()});
  EXPECT_THAT(audit.names(), ElementsAre("trust.granted"));
  EXPECT_EQ(*audit.events[0].data.find_string("file"), kLocal);
  audit.failure = Error(ErrorCode::kInternal, "disk full");
  audit_trust_granted(audit, notices, {kLocal, "11", clock.now()});
  EXPECT_TRUE(notices.warned("disk full"));
}

}  // namespace
}  // namespace mino::application
