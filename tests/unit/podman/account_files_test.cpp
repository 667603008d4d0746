#include "adapters/podman/account_files.hpp"

#include "tests/unit/podman/recorded.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino::podman {
namespace {

constexpr char kPasswd[] =
    "root:x:0:0:root:/root:/bin/sh\n"
    "# a comment\n"
    "\n"
    "node:x:1000:1001:Node:/home/node:/bin/bash\n"
    "7:x:42:43::/seven:/bin/sh\n"
    "short:x:5\n";
constexpr char kGroup[] = "root:x:0:\nstaff:x:50:ann\nnode:x:1001:\n";

Account account(const std::string& user) {
  const Result<Account> found = resolve_account(user, kPasswd, kGroup);
  EXPECT_TRUE(found.ok()) << user;
  return found.ok() ? *found : Account{};
}

TEST(AccountFiles, KnowsRoot) {
  for (const char* user : {"", "root", "0", "0:0", "root:root", "0:root", "root:0"})
    EXPECT_TRUE(is_root(user)) << user;
  for (const char* user : {"node", "1000", "00a", "0:50"}) EXPECT_FALSE(is_root(user)) << user;
}

TEST(AccountFiles, FindsAUserByNameOrNumber) {
  EXPECT_EQ(account("node"), (Account{1000, 1001, "/home/node"}));
  EXPECT_EQ(account("1000"), (Account{1000, 1001, "/home/node"}));
  EXPECT_EQ(account("node:staff"), (Account{1000, 50, "/home/node"}));
  EXPECT_EQ(account("1000:70"), (Account{1000, 70, "/home/node"}));
  EXPECT_EQ(account("short"), (Account{5, 0, "/"}));
}

TEST(AccountFiles, ANumberNeedsNoEntry) {
  EXPECT_EQ(account("65534"), (Account{65534, 0, "/"}));
  EXPECT_EQ(account("65534:7"), (Account{65534, 7, "/"}));
}

TEST(AccountFiles, ANameIsPreferredToANumber) {
  EXPECT_EQ(account("7"), (Account{42, 43, "/seven"}));
}

TEST(AccountFiles, ANameWithoutAnEntryIsAnError) {
  for (const char* user : {"ghost", "node:ghosts", "99999999999"}) {
    const Result<Account> found = resolve_account(user, kPasswd, kGroup);
    ASSERT_FALSE(found.ok()) << user;
    EXPECT_EQ(found.error().code(), ErrorCode::kNotFound);
  }
}

TEST(AccountFiles, ReadsTheTarThatPodmanCopies) {
  const std::optional<std::string> file =
      first_file_of_tar(testing_support::recorded("passwd.tar"));
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(resolve_account("developer", *file, "").value(),
            (Account{1000, 1000, "/home/developer"}));
}

TEST(AccountFiles, ADamagedTarHasNoFile) {
  const std::string tar = testing_support::recorded("passwd.tar");
  EXPECT_FALSE(first_file_of_tar("").has_value());
  EXPECT_FALSE(first_file_of_tar(tar.substr(0, 511)).has_value());
  EXPECT_FALSE(first_file_of_tar(tar.substr(0, 520)).has_value());
  std::string wrong = tar;
  wrong.replace(124, 12, "77777777777 ");
  EXPECT_FALSE(first_file_of_tar(wrong).has_value());
  wrong.replace(124, 12, "not a number");
  EXPECT_FALSE(first_file_of_tar(wrong).has_value());
}

}  // namespace
}  // namespace mino::podman
