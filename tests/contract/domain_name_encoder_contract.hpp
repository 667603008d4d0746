#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "ports/domain_name_encoder.hpp"

namespace mino::contract {

using DomainNameEncoderFactory = std::unique_ptr<DomainNameEncoder> (*)();

class DomainNameEncoderContract : public ::testing::TestWithParam<DomainNameEncoderFactory> {
 protected:
  std::unique_ptr<DomainNameEncoder> encoder_ = GetParam()();
};

TEST_P(DomainNameEncoderContract, EncodesLabelsThatAreNotAscii) {
  EXPECT_EQ(encoder_->to_ascii("b\u00fccher.example").value(), "xn--bcher-kva.example");
}

TEST_P(DomainNameEncoderContract, LowersAsciiAndKeepsTheRest) {
  EXPECT_EQ(encoder_->to_ascii("GitHub.com").value(), "github.com");
  EXPECT_EQ(encoder_->to_ascii("_srv.example").value(), "_srv.example");
}

TEST_P(DomainNameEncoderContract, RefusesWhatHasNoSuchForm) {
  using namespace std::string_view_literals;
  for (const std::string_view name : {"\xff.example"sv, "a\0b.example"sv}) {
    const auto encoded = encoder_->to_ascii(name);
    ASSERT_FALSE(encoded.ok());
    EXPECT_EQ(encoded.error().code(), ErrorCode::kUsage);
  }
}

}  // namespace mino::contract
