#include "domain/ssh/sign_content.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/ssh/ssh_world.hpp"

namespace mino {
namespace {

using testing_support::file_data;
using testing_support::login_data;

bool is_unknown(const std::string& data) {
  return std::holds_alternative<UnknownContent>(parse_sign_content(data));
}

TEST(SignContent, ALoginWithAndWithoutTheServersKey) {
  const std::string plain = login_data("session", "key");
  const SignContent content = parse_sign_content(plain);
  const auto& login = std::get<LoginContent>(content);
  EXPECT_EQ(login.session_id, "session");
  EXPECT_EQ(login.user, "git");
  EXPECT_EQ(login.key, "key");
  EXPECT_EQ(login.host_key, std::nullopt);
  const std::string bound = login_data("session", "key", "host");
  const SignContent bound_content = parse_sign_content(bound);
  EXPECT_EQ(std::get<LoginContent>(bound_content).host_key, "host");
}

TEST(SignContent, AFileByItsNamespace) {
  const std::string data = file_data("git");
  const SignContent content = parse_sign_content(data);
  EXPECT_EQ(std::get<FileContent>(content).name_space, "git");
  EXPECT_TRUE(is_unknown(file_data(""))) << "ssh-keygen gives none without a namespace";
}

TEST(SignContent, NothingElseIsKnown) {
  EXPECT_TRUE(is_unknown(""));
  EXPECT_TRUE(is_unknown("anything"));
  for (const std::string& whole :
       {login_data("s", "k"), login_data("s", "k", "h"), file_data("git")}) {
    EXPECT_TRUE(is_unknown(whole + "!"));
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_TRUE(is_unknown(whole.substr(0, size))) << size;
  }
}

TEST(SignContent, ALoginThatDiffersAnywhereIsUnknown) {
  const std::string good = login_data("s", "k");
  const auto with = [&good](std::string_view from, std::string_view to) {
    std::string bad = good;
    bad.replace(bad.find(from), from.size(), to);
    return bad;
  };
  EXPECT_TRUE(is_unknown(with("ssh-connection", "ssh-connectioN")));
  EXPECT_TRUE(is_unknown(with("publickey", "hostbased")));
  EXPECT_TRUE(is_unknown(with("\x32", "\x33"))) << "another message of the protocol";
  EXPECT_TRUE(is_unknown(login_data("", "k"))) << "no session";
}

TEST(SignContent, TheDigestHasTheSizeOfItsKind) {
  std::string data = "SSHSIG";
  append_ssh_string(data, "git");
  append_ssh_string(data, "");
  append_ssh_string(data, "sha512");
  append_ssh_string(data, std::string(32, 'd'));
  EXPECT_TRUE(is_unknown(data));
}

}  // namespace
}  // namespace mino
