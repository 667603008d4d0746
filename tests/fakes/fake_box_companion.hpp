#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/posix/box_companion.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino {

/// A companion that has the questions which it is given. Absent unless there are some.
class FakeBoxCompanion final : public posix::BoxCompanion {
 public:
  void will_ask(std::string question) {
    if (!event_) event_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const std::uint64_t one = 1;
    if (::write(event_.get(), &one, sizeof one) != sizeof one) std::abort();
    questions_.push_back(std::move(question));
  }

  [[nodiscard]] int fd() const override { return event_.get(); }
  void handle() override {
    std::uint64_t count = 0;
    if (::read(event_.get(), &count, sizeof count) < 0) return;
    is_due_ = true;
  }
  [[nodiscard]] std::optional<std::string> question() const override {
    if (!is_due_ || answers.size() == questions_.size()) return std::nullopt;
    return questions_[answers.size()];
  }
  void answer(Confirmation confirmation) override {
    answers.push_back(confirmation);
    if (on_answer) on_answer(answers.size());
  }

  std::vector<Confirmation> answers;
  std::function<void(std::size_t count)> on_answer;

 private:
  posix::UniqueFd event_;
  std::vector<std::string> questions_;
  bool is_due_ = false;
};

}  // namespace mino
