#pragma once

#include "adapters/json/rapid_json_codec.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/test_paths.hpp"

namespace mino::podman::testing_support {

/// What a real podman 4.3.1 printed, from tests/golden/podman.
inline std::string recorded(const std::string& name) {
  std::ifstream file(std::string(mino::testing_support::golden_directory()) + "/podman/" + name,
                     std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline JsonValue recorded_json(const std::string& name) {
  const Result<JsonValue> json = json::RapidJsonCodec().parse(recorded(name));
  EXPECT_TRUE(json.ok()) << name;
  return json.ok() ? *json : JsonValue();
}

}  // namespace mino::podman::testing_support
