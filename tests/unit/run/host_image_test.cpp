#include "domain/run/host_image.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace mino {
namespace {

using Kind = SkeletonEntry::Kind;

const SkeletonEntry* entry_at(const std::vector<SkeletonEntry>& skeleton, std::string_view path) {
  const auto found = std::ranges::find(skeleton, path, &SkeletonEntry::path);
  return found == skeleton.end() ? nullptr : &*found;
}

TEST(MatchesName, AFinalStarStandsForTheRestOfAName) {
  EXPECT_TRUE(matches_name("python3*", "python3"));
  EXPECT_TRUE(matches_name("python3*", "python3.11"));
  EXPECT_FALSE(matches_name("python3*", "python2.7"));
  EXPECT_FALSE(matches_name("python3*", "python3.11/secret"));
  EXPECT_TRUE(matches_name("java-*", "java-17-openjdk"));
  EXPECT_FALSE(matches_name("java-*", "java"));
  EXPECT_TRUE(matches_name("vim", "vim"));
  EXPECT_FALSE(matches_name("vim", "vimrc"));
  EXPECT_FALSE(matches_name("vim", "VIM"));
}

TEST(ShownEtc, NeverNamesUsersHostsOrKeys) {
  for (const char* name : {"passwd",
                           "passwd-",
                           "shadow",
                           "shadow-",
                           "gshadow",
                           "group",
                           "hosts",
                           "resolv.conf",
                           "sudoers",
                           "sudoers.d",
                           "ssl/private",
                           "ssl",
                           "ssh",
                           "ssh/ssh_host_ed25519_key",
                           "ssh/sshd_config",
                           "machine-id",
                           "krb5.keytab",
                           "hostname",
                           "fstab",
                           "wireguard",
                           "NetworkManager",
                           "docker"}) {
    for (const std::string_view pattern : shown_etc_patterns())
      EXPECT_FALSE(matches_name(pattern, name)) << name << " by " << pattern;
    EXPECT_FALSE(is_shown_path("/etc/" + std::string(name))) << name;
  }
}

TEST(ShownEtc, ListsWhatTheHostHas) {
  const std::vector<std::string> names{"alternatives", "hosts",   "java-17-openjdk", "localtime",
                                       "passwd",       "python3", "python3.11",      "shadow",
                                       "ssh",          "ssl"};
  EXPECT_EQ(shown_etc_candidates(names),
            (std::vector<std::string>{"/etc/alternatives", "/etc/java-17-openjdk", "/etc/localtime",
                                      "/etc/python3", "/etc/python3.11", "/etc/ssh/ssh_config",
                                      "/etc/ssh/ssh_config.d", "/etc/ssl/certs"}));
  EXPECT_TRUE(shown_etc_candidates({}).empty());
}

TEST(ShownPath, IsTheSystemAndNothingElse) {
  for (const char* path : {"/usr", "/opt", "/bin", "/lib64", "/etc/ssl/certs", "/etc/python3.11"})
    EXPECT_TRUE(is_shown_path(path)) << path;
  for (const char* path : {"/", "/etc", "/home", "/var", "/root", "/srv", "/usr2",
                           "/etc/ssl/private", "bin", "/boot"}) {
    EXPECT_FALSE(is_shown_path(path)) << path;
  }
}

TEST(HostImageSkeleton, LinksProgramDirectoriesAsTheHostDoes) {
  const std::vector<ProgramDirectory> directories{
      {"bin", "usr/bin"}, {"lib64", "usr/lib64"}, {"sbin", std::nullopt}};
  const std::vector<SkeletonEntry> skeleton = host_image_skeleton(directories);
  ASSERT_NE(entry_at(skeleton, "bin"), nullptr);
  EXPECT_EQ(*entry_at(skeleton, "bin"), (SkeletonEntry{Kind::kLink, "bin", "usr/bin", 0}));
  EXPECT_EQ(*entry_at(skeleton, "lib64"), (SkeletonEntry{Kind::kLink, "lib64", "usr/lib64", 0}));
  EXPECT_EQ(entry_at(skeleton, "sbin")->kind, Kind::kDirectory);
  EXPECT_EQ(entry_at(skeleton, "lib32"), nullptr);
}

TEST(HostImageSkeleton, HasTheMountPointsAndOneUser) {
  const std::vector<SkeletonEntry> skeleton = host_image_skeleton({});
  for (const char* path : {"usr", "proc", "dev", "sys", "tmp", "run", "home", "home/developer",
                           "var", "var/tmp", "etc", "root"}) {
    ASSERT_NE(entry_at(skeleton, path), nullptr) << path;
    EXPECT_EQ(entry_at(skeleton, path)->kind, Kind::kDirectory) << path;
  }
  EXPECT_EQ(entry_at(skeleton, "tmp")->mode, 01777U);
  EXPECT_NE(entry_at(skeleton, "etc/passwd")
                ->content.find("developer:x:1000:1000:developer:/home/developer:/bin/bash\n"),
            std::string::npos);
  EXPECT_NE(entry_at(skeleton, "etc/group")->content.find("developer:x:1000:\n"),
            std::string::npos);
  EXPECT_EQ(entry_at(skeleton, "etc/shadow"), nullptr);
}

TEST(HostImageSkeleton, ParentsComeFirstAndNothingLeavesTheRoot) {
  const std::vector<ProgramDirectory> directories{{"bin", "usr/bin"}};
  std::set<std::string> seen{""};
  for (const SkeletonEntry& entry : host_image_skeleton(directories)) {
    const std::size_t slash = entry.path.rfind('/');
    EXPECT_TRUE(seen.contains(slash == std::string::npos ? "" : entry.path.substr(0, slash)))
        << entry.path;
    EXPECT_TRUE(seen.insert(entry.path).second) << entry.path << " stands twice";
    EXPECT_FALSE(entry.path.starts_with('/'));
    EXPECT_EQ(entry.path.find(".."), std::string::npos);
  }
}

TEST(Fingerprint, TellsSkeletonsApartThatWouldRunTogether) {
  const std::vector<SkeletonEntry> one{{Kind::kLink, "ab", "c", 0}};
  const std::vector<SkeletonEntry> other{{Kind::kLink, "a", "bc", 0}};
  EXPECT_NE(fingerprint(one), fingerprint(other));
  EXPECT_EQ(fingerprint(one), fingerprint(one));
  EXPECT_NE(fingerprint(one), fingerprint(std::vector<SkeletonEntry>{{Kind::kFile, "ab", "c", 0}}));
  EXPECT_NE(fingerprint(one), fingerprint(std::vector<SkeletonEntry>{{Kind::kLink, "ab", "c", 1}}));
}

}  // namespace
}  // namespace mino
