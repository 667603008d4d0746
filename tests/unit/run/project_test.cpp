#include "domain/run/project.hpp"

#include <gtest/gtest.h>

#include <set>

#include "domain/run/sensitive.hpp"

namespace mino {
namespace {

TEST(DeriveWorkdir, NamesItLikeTheFolder) {
  EXPECT_EQ(derive_workdir("/src/app"), "/app");
  EXPECT_EQ(derive_workdir("/src/my app:1"), "/my app:1");
  EXPECT_EQ(derive_workdir("/app"), "/app");
  EXPECT_EQ(derive_workdir("/src/binary"), "/binary");
}

TEST(DeriveWorkdir, FallsBackForNamesThatTheBoxNeeds) {
  EXPECT_EQ(derive_workdir("/"), "/workspace");
  for (const char* name :
       {"bin",       "dev",       "etc",  "home", "lib",   "lib64", "opt",   "proc",
        "root",      "run",       "sbin", "sys",  "tmp",   "usr",   "var",   "cache",
        "workspace", "ssh-agent", "boot", "mnt",  "media", "srv",   "lib32", "libx32"}) {
    EXPECT_EQ(derive_workdir(std::string("/src/") + name), "/workspace") << name;
  }
  EXPECT_EQ(reserved_folder_names().size(), 24U);
}

TEST(ChooseWorkdir, AConfiguredPlaceWins) {
  EXPECT_EQ(choose_workdir("/src/app", "/workspace").value(), "/app");
  EXPECT_EQ(choose_workdir("/src/app", "/code").value(), "/code");
  EXPECT_EQ(choose_workdir("/src/app", "/home/developer/code").value(), "/home/developer/code");
}

TEST(ChooseWorkdir, RefusesPlacesThatCannotBe) {
  for (const char* workdir : {"", "code", "/", "/code/", "/a/../b", "/a//b", "/./a", "/proc",
                              "/proc/self", "/sys", "/dev/shm", "/etc/hosts", "/a\nb"}) {
    const Result<std::string> chosen = choose_workdir("/src/app", workdir);
    ASSERT_FALSE(chosen.ok()) << workdir;
    EXPECT_EQ(chosen.error().code(), ErrorCode::kConfig) << workdir;
    EXPECT_NE(chosen.error().text().find("container.workdir"), std::string::npos) << workdir;
  }
}

TEST(WhySensitive, LooksInBothDirections) {
  const std::vector<std::string> paths = sensitive_paths_below("/home/ann");
  const struct {
    const char* path;
    const char* why;
  } refused[] = {
      {"/", "is the whole file system"},
      {"/home", "holds your home directory"},
      {"/home/ann", "is your home directory"},
      {"/home/ann/.ssh", "is a sensitive directory"},
      {"/home/ann/.ssh/keys", "lies in the sensitive /home/ann/.ssh"},
      {"/home/ann/.config", "holds the sensitive /home/ann/.config/gh"},
      {"/home/ann/.config/gh/hosts", "lies in the sensitive /home/ann/.config/gh"},
      {"/home/ann/.cargo", "holds the sensitive /home/ann/.cargo/credentials"},
      {"/home/ann/.local/share/containers/storage",
       "lies in the sensitive /home/ann/.local/share/containers"},
      {"/home/ann/.local/state", "holds the sensitive /home/ann/.local/state/mino"},
      {"/home/ann/.config/mino", "is a sensitive directory"},
  };
  for (const auto& [path, why] : refused)
    EXPECT_EQ(why_sensitive(path, "/home/ann", paths), why) << path;
  for (const char* path :
       {"/src/app", "/home/ann/app", "/home/ann/.ssh2", "/home/annabel", "/home/bob", "/tmp",
        "/home/ann/.local/bin", "/home/ann/.nvm/versions/node/v22", "/home/ann/.cargo/bin"}) {
    EXPECT_EQ(why_sensitive(path, "/home/ann", paths), std::nullopt) << path;
  }
}

TEST(WhySensitive, AnUnknownHomeIsNotTheWholeFileSystem) {
  EXPECT_EQ(why_sensitive("/src", "", {}), std::nullopt);
  EXPECT_EQ(why_sensitive("/src", "/", {}), std::nullopt);
}

TEST(SensitiveNames, HoldWhatTheEarlierProgramMissed) {
  const std::set<std::string_view> names(sensitive_names().begin(), sensitive_names().end());
  EXPECT_EQ(names.size(), sensitive_names().size()) << "a name stands twice";
  for (const char* name : {".ssh",
                           ".aws",
                           ".azure",
                           ".config/gh",
                           ".gnupg",
                           ".config/gcloud",
                           ".kube",
                           ".docker",
                           ".netrc",
                           ".npmrc",
                           ".pypirc",
                           ".git-credentials",
                           ".config/git/credentials",
                           ".config/op",
                           ".password-store",
                           ".terraform.d",
                           ".vault-token",
                           ".pgpass",
                           ".my.cnf",
                           ".bash_history",
                           ".zsh_history",
                           "Library/Keychains",
                           ".config/containers",
                           ".oci",
                           ".config/hub",
                           ".cargo/credentials",
                           ".cargo/credentials.toml",
                           ".claude.json",
                           ".codex",
                           ".gemini"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(CheckMountTarget, KeepsThePlacesOfTheKernelAndOurs) {
  for (const char* target : {"/", "/proc", "/proc/sys/kernel", "/sys", "/sys/fs/cgroup", "/dev",
                             "/dev/kvm", "/etc/hosts", "/run/podman-init"}) {
    const Result<void> allowed = check_mount_target(target);
    ASSERT_FALSE(allowed.ok()) << target;
    EXPECT_EQ(allowed.error().code(), ErrorCode::kUsage);
    EXPECT_NE(allowed.error().text().find(target), std::string::npos);
  }
  for (const char* target :
       {"/data", "/process", "/device", "/etc", "/etc/hosts.d", "/home/developer"}) {
    EXPECT_TRUE(check_mount_target(target).ok()) << target;
  }
}

}  // namespace
}  // namespace mino
