#pragma once

#include "cli/io.hpp"

#include <string>
#include <string_view>

namespace mino::cli {

/// Keeps what is written.
class StringWriter final : public Writer {
 public:
  void write(std::string_view more) override { text += more; }
  Result<void> flush() override { return {}; }
  [[nodiscard]] bool closed() const override { return is_closed; }

  std::string text;
  bool is_closed = false;
};

/// An Io whose streams a test can look at.
struct CapturedIo {
  StringWriter out;
  StringWriter err;
  Io io{out, err};
};

}  // namespace mino::cli
