#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/test_paths.hpp"

namespace mino::testing_support {

/// Compares `actual` with tests/golden/<name>; with MINO_UPDATE_GOLDEN=1 writes it there instead.
inline void expect_golden(const std::string& name, const std::string& actual) {
  const std::filesystem::path file = std::filesystem::path(golden_directory()) / name;
  const char* update = std::getenv("MINO_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << actual;
    return;
  }
  std::ifstream in(file, std::ios::binary);
  ASSERT_TRUE(in) << file << " is missing; write it with MINO_UPDATE_GOLDEN=1";
  const std::string expected((std::istreambuf_iterator<char>(in)),
                             std::istreambuf_iterator<char>());
  EXPECT_EQ(expected, actual) << file;
}

}  // namespace mino::testing_support
