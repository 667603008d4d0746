#include "domain/ssh/ssh_bytes.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace mino {
namespace {

TEST(SshBytes, ReadsWhatItWrote) {
  std::string bytes;
  append_ssh_number(bytes, 0xDEADBEEF);
  append_ssh_string(bytes, "text");
  append_ssh_string(bytes, "");
  SshReader reader(bytes);
  EXPECT_EQ(reader.number(), 0xDEADBEEF);
  EXPECT_EQ(reader.string(), "text");
  EXPECT_FALSE(reader.at_end());
  EXPECT_EQ(reader.string(), "");
  EXPECT_TRUE(reader.at_end());
}

TEST(SshBytes, ALengthBeyondTheEndIsNothingForGood) {
  const std::string bytes(
      "\xFF\xFF\xFF\xFF"
      "ab",
      6);
  SshReader reader(bytes);
  EXPECT_EQ(reader.string(), std::nullopt);
  EXPECT_EQ(reader.byte(), std::nullopt) << "a failed reader has no place to go on from";
  EXPECT_FALSE(reader.at_end());
}

TEST(SshBytes, Base64OfEveryLength) {
  EXPECT_EQ(encode_base64(""), "");
  EXPECT_EQ(encode_base64("f"), "Zg==");
  EXPECT_EQ(encode_base64("fo"), "Zm8=");
  EXPECT_EQ(encode_base64("foo"), "Zm9v");
  std::mt19937 random(7);
  for (std::size_t size = 0; size < 70; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(random());
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
  }
}

TEST(SshBytes, Base64HasOneSpelling) {
  for (const char* text :
       {"Zg", "Zg=", "Zh==", "Zm9", "Zm9v=", "====", "Z===", "Zm9v\n", "Zm 9", "=Zm9", "Zg==Zm9v"})
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace mino
