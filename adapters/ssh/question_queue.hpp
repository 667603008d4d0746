#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace mino::ssh {

/// Questions of a box for the user, one after the other. A box that is told no again and again may
/// not go on asking: then everything is answered by no for a minute.
class QuestionQueue {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Question {
    std::uint32_t client = 0;
    std::string text = {};
  };
  static constexpr int kRefusalsInRow = 3;
  static constexpr std::chrono::seconds kQuiet{60};
  /// Twice the clients that a filter takes: some may be gone.
  static constexpr std::size_t kMaxWaiting = 128;

  /// A filter that keeps to its protocol asks one question a client, and not more than there is
  /// room for.
  [[nodiscard]] bool has_room_for(std::uint32_t client) const {
    return waiting_.size() < kMaxWaiting &&
           std::ranges::find(waiting_, client, &Question::client) == waiting_.end();
  }
  /// Whether it may be asked; then it waits its turn.
  [[nodiscard]] bool add(Question question, Time now) {
    if (now < quiet_until_) return false;
    waiting_.push_back(std::move(question));
    return true;
  }
  /// The client does not wait for the answer any more. The one that is asked now stays.
  void forget(std::uint32_t client) {
    const auto asked = waiting_.empty() ? waiting_.begin() : waiting_.begin() + 1;
    waiting_.erase(
        std::remove_if(asked, waiting_.end(),
                       [client](const Question& question) { return question.client == client; }),
        waiting_.end());
  }
  [[nodiscard]] const Question* front() const {
    return waiting_.empty() ? nullptr : &waiting_.front();
  }
  enum class Said { kYes, kNo };
  /// The first one was answered; it is taken out.
  Question take(Said said, Time now) {
    Question question = std::move(waiting_.front());
    waiting_.pop_front();
    refusals_ = said == Said::kYes ? 0 : refusals_ + 1;
    if (refusals_ >= kRefusalsInRow) {
      refusals_ = 0;
      quiet_until_ = now + kQuiet;
    }
    return question;
  }

 private:
  std::deque<Question> waiting_;
  int refusals_ = 0;
  Time quiet_until_{};
};

}  // namespace mino::ssh
