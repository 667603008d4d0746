#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ports/progress_line.hpp"

namespace mino::fakes {

/// Remembers what was shown.
class FakeProgressLine final : public ProgressLine {
 public:
  void show(std::string_view text) override {
    shown.emplace_back(text);
    visible = true;
  }
  void detail(std::string_view text) override { details.emplace_back(text); }
  void clear() override { visible = false; }

  std::vector<std::string> shown;
  std::vector<std::string> details;
  bool visible = false;
};

}  // namespace mino::fakes
