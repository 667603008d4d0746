#include "adapters/session/pump.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/unit/session_adapter/descriptors.hpp"

namespace mino::session {
namespace {

using testing_support::contents_of;
using testing_support::make_memory_file;
using testing_support::make_pipe;
using testing_support::numbered;
using testing_support::Pipe;
using testing_support::PipeMode;
using testing_support::read_now;
using testing_support::run_ready;
using testing_support::run_until;
using testing_support::write_whole;

/// With a tap the pump copies, without one it splices where it can. Both have to behave alike.
enum class Way { kSplice, kCopy };

class PumpTest : public ::testing::TestWithParam<Way> {
 protected:
  PumpTest() { before_ = ::signal(SIGPIPE, SIG_IGN); }
  ~PumpTest() override { ::signal(SIGPIPE, before_); }

  Pump::Options options() {
    Pump::Options options;
    if (GetParam() == Way::kCopy)
      options.tap = [this](std::string_view bytes) { tapped_ += bytes; };
    options.ended = [this](Pump::End end, int error) {
      EXPECT_FALSE(end_.has_value()) << "ended twice";
      end_ = end;
      error_ = error;
    };
    return options;
  }
  std::unique_ptr<Pump> pump(PumpEnd from, PumpEnd to) {
    return std::make_unique<Pump>(loop_, std::move(from), std::move(to), options());
  }
  bool ends() {
    return run_until(loop_, [this] { return end_.has_value(); });
  }

  PollLoop loop_;
  std::string tapped_;
  std::optional<Pump::End> end_;
  int error_ = 0;
  sighandler_t before_ = SIG_DFL;
};

INSTANTIATE_TEST_SUITE_P(Ways, PumpTest, ::testing::Values(Way::kSplice, Way::kCopy),
                         [](const auto& instance) {
                           return instance.param == Way::kSplice ? "Splice" : "Copy";
                         });

TEST_P(PumpTest, MovesFromPipeToFileUntilTheEnd) {
  Pipe in = make_pipe();
  const auto file = make_memory_file();
  auto moving = pump(PumpEnd::owned(std::move(in.read)), PumpEnd::write_to_user(file.get()));
  write_whole(in.write.get(), "one ");
  run_ready(loop_);
  EXPECT_EQ(contents_of(file.get()), "one ");
  EXPECT_FALSE(moving->done());
  write_whole(in.write.get(), "two");
  in.write.reset();
  ASSERT_TRUE(ends());
  EXPECT_EQ(*end_, Pump::End::kSourceEnded);
  EXPECT_TRUE(moving->done());
  EXPECT_EQ(contents_of(file.get()), "one two");
  EXPECT_EQ(tapped_, GetParam() == Way::kCopy ? "one two" : "");
}

TEST_P(PumpTest, ASlowReaderGetsEveryByteInOrder) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  ::fcntl(out.write.get(), F_SETPIPE_SZ, 4096);
  auto moving = pump(PumpEnd::owned(std::move(in.read)), PumpEnd::owned(std::move(out.write)));
  const std::string sent = numbered(600000);
  std::string received;
  std::size_t given = 0;
  // Odd sizes on both sides, so that the pump stops in the middle of everything.
  for (int turn = 0; turn < 100000 && !end_; ++turn) {
    if (given < sent.size()) {
      const ssize_t put = ::write(in.write.get(), sent.data() + given,
                                  std::min<std::size_t>(sent.size() - given, 10007));
      if (put > 0) given += static_cast<std::size_t>(put);
      if (given == sent.size()) in.write.reset();
    }
    received += read_now(out.read.get(), 1777);
    run_ready(loop_, 1);
  }
  received += read_now(out.read.get());
  EXPECT_TRUE(end_.has_value());
  EXPECT_TRUE(received == sent) << received.size();
}

TEST_P(PumpTest, WaitsWithoutTurningWhileTheReaderDoesNotRead) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  testing_support::fill(out.write.get(), 'f');
  auto moving = pump(PumpEnd::owned(std::move(in.read)), PumpEnd::owned(std::move(out.write)));
  write_whole(in.write.get(), "waiting");
  run_ready(loop_);
  // With nothing to do the loop must sleep until its timer, not find something ready again and
  // again.
  int turns = 0;
  bool due = false;
  loop_.after(std::chrono::milliseconds(50), [&] { due = true; });
  while (!due) {
    loop_.run_once();
    ++turns;
  }
  EXPECT_LE(turns, 3);
  read_now(out.read.get());
  in.write.reset();
  ASSERT_TRUE(ends());
  EXPECT_EQ(read_now(out.read.get()), "waiting");
}

TEST_P(PumpTest, AReaderThatWentAwayIsToldApart) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  out.read.reset();
  auto moving = pump(PumpEnd::owned(std::move(in.read)), PumpEnd::owned(std::move(out.write)));
  write_whole(in.write.get(), "x");
  ASSERT_TRUE(ends());
  EXPECT_EQ(*end_, Pump::End::kTargetGone);
  // The writer learns of it: nobody reads its pipe any more.
  EXPECT_EQ(::write(in.write.get(), "x", 1), -1);
}

TEST_P(PumpTest, AFullDiskIsAFailureWithItsErrno) {
  Pipe in = make_pipe();
  const posix::UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full.valid());
  auto moving = pump(PumpEnd::owned(std::move(in.read)), PumpEnd::write_to_user(full.get()));
  write_whole(in.write.get(), "x");
  ASSERT_TRUE(ends());
  EXPECT_EQ(*end_, Pump::End::kTargetFailed);
  EXPECT_EQ(error_, ENOSPC);
}

TEST_P(PumpTest, ReadsARegularFile) {
  const std::string sent = numbered(300000);
  const auto file = make_memory_file();
  write_whole(file.get(), sent);
  ::lseek(file.get(), 0, SEEK_SET);
  Pipe out = make_pipe();
  ::fcntl(out.write.get(), F_SETPIPE_SZ, 1024 * 1024);
  auto moving = pump(PumpEnd::read_from_user(file.get()), PumpEnd::owned(std::move(out.write)));
  ASSERT_TRUE(ends());
  EXPECT_TRUE(read_now(out.read.get()) == sent);
}

TEST_P(PumpTest, ReadsAndWritesSockets) {
  std::array<int, 2> ends_of_in{};
  std::array<int, 2> ends_of_out{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_of_in.data()), 0);
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_of_out.data()), 0);
  posix::UniqueFd writer(ends_of_in[0]);
  const posix::UniqueFd source(ends_of_in[1]);
  const posix::UniqueFd target(ends_of_out[0]);
  const posix::UniqueFd reader(ends_of_out[1]);
  auto moving = pump(PumpEnd::read_from_user(source.get()), PumpEnd::write_to_user(target.get()));
  write_whole(writer.get(), "over sockets");
  writer.reset();
  ASSERT_TRUE(ends());
  EXPECT_EQ(*end_, Pump::End::kSourceEnded);
  EXPECT_EQ(read_now(reader.get()), "over sockets");
}

TEST_P(PumpTest, LeavesTheUsersDescriptorAsItIs) {
  Pipe in = make_pipe(PipeMode::kBlocking);
  Pipe out = make_pipe(PipeMode::kBlocking);
  {
    auto moving =
        pump(PumpEnd::read_from_user(in.read.get()), PumpEnd::write_to_user(out.write.get()));
    write_whole(in.write.get(), "x");
    run_ready(loop_);
    // Other programs share the description: its flags are theirs.
    EXPECT_EQ(::fcntl(in.read.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_EQ(::fcntl(out.write.get(), F_GETFL) & O_NONBLOCK, 0);
    in.write.reset();
    ASSERT_TRUE(ends());
  }
  EXPECT_GE(::fcntl(in.read.get(), F_GETFD), 0);
  EXPECT_GE(::fcntl(out.write.get(), F_GETFD), 0);
  EXPECT_EQ(read_now(out.read.get()), "x");
}

TEST_P(PumpTest, StoppingClosesWhatIsOwnedAndSaysNothing) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  auto moving = pump(PumpEnd::owned(std::move(in.read)), PumpEnd::owned(std::move(out.write)));
  moving->stop();
  EXPECT_TRUE(moving->done());
  EXPECT_FALSE(end_.has_value());
  EXPECT_EQ(::write(in.write.get(), "x", 1), -1);
  char byte = 0;
  EXPECT_EQ(::read(out.read.get(), &byte, 1), 0);
}

TEST_P(PumpTest, NowhereTakesEverything) {
  Pipe in = make_pipe();
  auto moving = pump(PumpEnd::owned(std::move(in.read)), PumpEnd::nowhere());
  const std::string sent = numbered(60000);
  write_whole(in.write.get(), sent);
  in.write.reset();
  ASSERT_TRUE(ends());
  EXPECT_EQ(*end_, Pump::End::kSourceEnded);
  EXPECT_TRUE(tapped_ == (GetParam() == Way::kCopy ? sent : std::string()));
}

TEST_P(PumpTest, DrainingEndsThoughSomebodyStillHoldsTheSource) {
  Pipe in = make_pipe();
  const auto file = make_memory_file();
  auto moving = pump(PumpEnd::owned(std::move(in.read)), PumpEnd::write_to_user(file.get()));
  write_whole(in.write.get(), "last words");
  moving->drain_and_end();
  ASSERT_TRUE(ends());
  EXPECT_EQ(*end_, Pump::End::kSourceEnded);
  EXPECT_EQ(contents_of(file.get()), "last words");
}

TEST_P(PumpTest, DrainingLosesNothingThoughTheReaderIsSlow) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  ASSERT_GE(::fcntl(in.write.get(), F_SETPIPE_SZ, 256 * 1024), 256 * 1024);
  ::fcntl(out.write.get(), F_SETPIPE_SZ, 4096);
  auto moving = pump(PumpEnd::owned(std::move(in.read)), PumpEnd::owned(std::move(out.write)));
  const std::string sent = numbered(250000);
  write_whole(in.write.get(), sent);
  moving->drain_and_end();
  std::string received;
  EXPECT_TRUE(run_until(loop_, [&] {
    received += read_now(out.read.get());
    return end_.has_value();
  }));
  received += read_now(out.read.get());
  EXPECT_TRUE(received == sent) << received.size() << " of " << sent.size();
}

TEST_P(PumpTest, DrainingWithBytesAlreadyWaitingKeepsTheirOrder) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  ::fcntl(out.write.get(), F_SETPIPE_SZ, 4096);
  auto moving = pump(PumpEnd::owned(std::move(in.read)), PumpEnd::owned(std::move(out.write)));
  const std::string sent = numbered(60000);
  write_whole(in.write.get(), std::string_view(sent).substr(0, 30000));
  run_ready(loop_);
  write_whole(in.write.get(), std::string_view(sent).substr(30000));
  moving->drain_and_end();
  std::string received;
  EXPECT_TRUE(run_until(loop_, [&] {
    received += read_now(out.read.get());
    return end_.has_value();
  }));
  received += read_now(out.read.get());
  EXPECT_TRUE(received == sent) << received.size() << " of " << sent.size();
}

TEST(Pump, TheFarewellFollowsTheLastByte) {
  PollLoop loop;
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pump::Options options;
  options.farewell = "\x04";
  Pump pump(loop, PumpEnd::owned(std::move(in.read)), PumpEnd::owned(std::move(out.write)),
            std::move(options));
  write_whole(in.write.get(), "bye");
  in.write.reset();
  ASSERT_TRUE(run_until(loop, [&] { return pump.done(); }));
  EXPECT_EQ(read_now(out.read.get()), "bye\x04");
}

TEST(Pump, ReadsNothingWhileItMayNot) {
  PollLoop loop;
  Pipe in = make_pipe();
  const auto file = make_memory_file();
  bool allowed = false;
  int asked = 0;
  Pump::Options options;
  options.may_read = [&] {
    ++asked;
    return allowed;
  };
  Pump pump(loop, PumpEnd::owned(std::move(in.read)), PumpEnd::write_to_user(file.get()),
            std::move(options));
  write_whole(in.write.get(), "typed");
  ASSERT_TRUE(run_until(loop, [&] { return asked >= 2; }));
  EXPECT_EQ(contents_of(file.get()), "");
  allowed = true;
  EXPECT_TRUE(run_until(loop, [&] { return contents_of(file.get()) == "typed"; }));
}

TEST(Pump, DirectionsDoNotWaitForEachOther) {
  PollLoop loop;
  Pipe stuck_in = make_pipe();
  Pipe stuck_out = make_pipe();
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  testing_support::fill(stuck_out.write.get(), 'f');
  write_whole(stuck_in.write.get(), "nobody reads this");
  Pump stuck(loop, PumpEnd::owned(std::move(stuck_in.read)),
             PumpEnd::owned(std::move(stuck_out.write)), {});
  Pump moving(loop, PumpEnd::owned(std::move(in.read)), PumpEnd::owned(std::move(out.write)), {});
  write_whole(in.write.get(), "moves");
  in.write.reset();
  ASSERT_TRUE(run_until(loop, [&] { return moving.done(); }));
  EXPECT_EQ(read_now(out.read.get()), "moves");
  EXPECT_FALSE(stuck.done());
}

TEST(Pump, LeaksNoDescriptor) {
  const std::size_t before = testing_support::open_descriptors();
  for (int i = 0; i < 3; ++i) {
    PollLoop loop;
    Pipe in = make_pipe(PipeMode::kBlocking);
    Pipe out = make_pipe(PipeMode::kBlocking);
    const Pump pump(loop, PumpEnd::read_from_user(in.read.get()),
                    PumpEnd::write_to_user(out.write.get()), {});
  }
  EXPECT_EQ(testing_support::open_descriptors(), before);
}

}  // namespace
}  // namespace mino::session
