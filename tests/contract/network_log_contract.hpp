#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "ports/network_log.hpp"

namespace mino::contract {

class NetworkLogHarness {
 public:
  virtual ~NetworkLogHarness() = default;
  virtual NetworkLog& log() = 0;
  /// A place for logs; it need not exist.
  [[nodiscard]] virtual std::filesystem::path directory() const = 0;
  /// The lines of a log; none when it is not there.
  [[nodiscard]] virtual std::vector<std::string> lines(const std::filesystem::path& path) = 0;
  [[nodiscard]] virtual bool exists(const std::filesystem::path& path) = 0;
};

using NetworkLogFactory = std::unique_ptr<NetworkLogHarness> (*)();

class NetworkLogContract : public ::testing::TestWithParam<NetworkLogFactory> {
 protected:
  using Lines = std::vector<std::string>;

  NetworkLog& log() { return harness_->log(); }
  Lines lines() { return harness_->lines(path_); }
  void append(const std::string& line) {
    const auto appended =
        log().append(line, std::chrono::system_clock::time_point(std::chrono::seconds(1773057600)));
    EXPECT_TRUE(appended.ok()) << appended.error().text();
  }

  std::unique_ptr<NetworkLogHarness> harness_ = GetParam()();
  std::filesystem::path path_ = harness_->directory() / "fox.network";
};

TEST_P(NetworkLogContract, KeepsLinesInOrder) {
  ASSERT_TRUE(log().open(path_, 1 << 20).ok());
  EXPECT_TRUE(harness_->exists(path_));
  EXPECT_EQ(lines(), Lines{});
  append("one");
  append("");
  append("three");
  EXPECT_EQ(lines(), (Lines{"one", "", "three"}));
}

TEST_P(NetworkLogContract, OpeningStartsAnew) {
  ASSERT_TRUE(log().open(path_, 1 << 20).ok());
  append("of an earlier session");
  ASSERT_TRUE(log().open(path_, 1 << 20).ok());
  append("one");
  EXPECT_EQ(lines(), Lines{"one"});
}

TEST_P(NetworkLogContract, RemovesALogAndNothing) {
  EXPECT_TRUE(log().remove(path_).ok()) << "there is none";
  ASSERT_TRUE(log().open(path_, 1 << 20).ok());
  append("one");
  EXPECT_TRUE(log().remove(path_).ok());
  EXPECT_FALSE(harness_->exists(path_));
}

}  // namespace mino::contract
