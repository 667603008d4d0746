#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "adapters/posix/request_budget.hpp"
#include "adapters/ssh/filter_protocol.hpp"
#include "adapters/ssh/question_queue.hpp"

namespace mino::ssh {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(FilterProtocol, ComesOutAsItWentIn) {
  for (const auto kind :
       {FilterMessage::kConnect, FilterMessage::kAsk, FilterMessage::kForget, FilterMessage::kEvent,
        FilterMessage::kConnected, FilterMessage::kUnreachable, FilterMessage::kAnswer}) {
    const FilterPacket packet{kind, 0xCAFE, std::string("te\0xt", 5)};
    EXPECT_EQ(decode(encode(packet)), packet);
  }
  EXPECT_EQ(decode(""), std::nullopt);
  EXPECT_EQ(decode("\x01\0\0\0"), std::nullopt);
  EXPECT_EQ(decode(std::string("\x09\0\0\0\0", 5)), std::nullopt);
  EXPECT_EQ(decode(std::string(9000, '\x01')), std::nullopt);
}

TEST(RequestBudget, GivesABurstAndThenARate) {
  const posix::RequestBudget::Time start{};
  posix::RequestBudget budget({.burst = 3, .per_second = 10}, start);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.take(start));
  EXPECT_FALSE(budget.take(start));
  EXPECT_EQ(budget.wait(), milliseconds(100));
  EXPECT_FALSE(budget.take(start + milliseconds(90)));
  EXPECT_TRUE(budget.take(start + milliseconds(101)));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.take(start + seconds(3600)));
  EXPECT_FALSE(budget.take(start + seconds(3600))) << "what is not used does not pile up";
}

TEST(QuestionQueue, AsksOneAfterTheOther) {
  const QuestionQueue::Time start = QuestionQueue::Time{} + seconds(1000);
  QuestionQueue queue;
  EXPECT_EQ(queue.front(), nullptr);
  EXPECT_TRUE(queue.add({1, "a"}, start));
  EXPECT_TRUE(queue.add({2, "b"}, start));
  EXPECT_TRUE(queue.add({3, "c"}, start));
  queue.forget(2);
  EXPECT_EQ(queue.front()->text, "a");
  EXPECT_EQ(queue.take(QuestionQueue::Said::kYes, start).client, 1U);
  EXPECT_EQ(queue.take(QuestionQueue::Said::kYes, start).client, 3U);
  EXPECT_EQ(queue.front(), nullptr);
}

TEST(QuestionQueue, AfterThreeRefusalsThereIsQuiet) {
  const QuestionQueue::Time start = QuestionQueue::Time{} + seconds(1000);
  QuestionQueue queue;
  for (int i = 0; i < QuestionQueue::kRefusalsInRow; ++i) {
    ASSERT_TRUE(queue.add({1, "a"}, start));
    static_cast<void>(queue.take(QuestionQueue::Said::kNo, start));
  }
  EXPECT_FALSE(queue.add({1, "a"}, start + seconds(59)));
  EXPECT_TRUE(queue.add({1, "a"}, start + seconds(60)));
}

}  // namespace
}  // namespace mino::ssh
