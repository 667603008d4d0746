#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "domain/check.hpp"
#include "ports/prompter.hpp"

namespace mino::fakes {

/// A person who gives prepared answers, then presses Enter.
class FakePrompter final : public Prompter {
 public:
  enum class Person { kPresent, kAbsent };

  explicit FakePrompter(Person person = Person::kPresent) : person_(person) {}

  [[nodiscard]] bool interactive() const override { return person_ == Person::kPresent; }
  [[nodiscard]] Result<Answer> confirm(const std::string& question, Answer fallback) override {
    MINO_CHECK(interactive());
    questions.push_back(question);
    if (interrupted) return Error(ErrorCode::kDeclined, "interrupted");
    if (answers.empty()) return fallback;
    const Answer answer = answers.front();
    answers.pop_front();
    return answer;
  }

  [[nodiscard]] Result<std::size_t> choose(const std::string& question,
                                           const std::vector<std::string>& options,
                                           std::size_t fallback) override {
    MINO_CHECK(interactive());
    MINO_CHECK(fallback < options.size());
    questions.push_back(question);
    offered = options;
    if (interrupted) return Error(ErrorCode::kDeclined, "interrupted");
    if (choices.empty()) return fallback;
    const std::size_t choice = choices.front();
    choices.pop_front();
    return choice;
  }

  [[nodiscard]] Result<std::vector<std::size_t>> choose_several(
      const std::string& question, const std::vector<std::string>& options,
      std::size_t fallback) override {
    MINO_CHECK(interactive());
    MINO_CHECK(fallback < options.size());
    questions.push_back(question);
    selectable = options;
    if (interrupted) return Error(ErrorCode::kDeclined, "interrupted");
    if (selections.empty()) return std::vector<std::size_t>{fallback};
    std::vector<std::size_t> selection = selections.front();
    selections.pop_front();
    return selection;
  }

  std::deque<std::vector<std::size_t>> selections;  ///< indices
  std::deque<Answer> answers;
  std::deque<std::size_t> choices;      ///< indices
  std::vector<std::string> offered;     ///< by the last choose()
  std::vector<std::string> selectable;  ///< by the last choose_several()
  bool interrupted = false;             ///< Ctrl-C at every question
  std::vector<std::string> questions;

 private:
  Person person_;
};

}  // namespace mino::fakes
