#include "adapters/linux/oci_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "adapters/json/rapid_json_codec.hpp"

namespace mino::linux {
namespace {

using ::testing::HasSubstr;

Result<std::int64_t> process_of(std::string_view state) {
  const json::RapidJsonCodec json;
  return container_process(state, json);
}

TEST(OciState, NamesTheProcessOfTheContainer) {
  const auto process = process_of(
      R"({"ociVersion":"1.0","id":"c1","pid":4711,"status":"created","bundle":"/b","annotations":{}})");
  ASSERT_TRUE(process.ok()) << process.error().text();
  EXPECT_EQ(*process, 4711);
}

TEST(OciState, IsRefusedWhenItNamesTwoProcesses) {
  for (const char* state : {R"({"pid":1,"pid":2})", R"({"pid":7,"id":"c","pid":7})",
                            R"({"pid":7,"p\u0069d":8})", R"({"pid":null,"pid":7})"}) {
    const auto process = process_of(state);
    ASSERT_FALSE(process.ok()) << state;
    EXPECT_THAT(process.error().text(), HasSubstr("two pids"));
  }
}

TEST(OciState, OnlyItsOwnPidCounts) {
  const auto process = process_of(R"({"annotations":{"pid":8},"pid":7})");
  ASSERT_TRUE(process.ok());
  EXPECT_EQ(*process, 7);
  EXPECT_FALSE(process_of(R"({"annotations":{"pid":8}})").ok());
}

TEST(OciState, IsRefusedWithoutAProcessThatCanBe) {
  for (const char* state :
       {R"({"pid":0})", R"({"pid":-1})", R"({"pid":"7"})", R"({"pid":7.5})",
        R"({"pid":2147483648})", R"({"pid":18446744073709551617})", R"({"pid":[7]})",
        R"([{"pid":7}])", "{}", "7", "", "{", R"({"pid":7)", R"({"pid":7}{"pid":7})"})
    EXPECT_FALSE(process_of(state).ok()) << state;
}

}  // namespace
}  // namespace mino::linux
