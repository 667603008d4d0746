#include "adapters/broker/broker_process.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "adapters/broker/terms_json.hpp"
#include "adapters/posix/helper_process.hpp"
#include "adapters/posix/packet_socket.hpp"
#include "adapters/posix/posix_error.hpp"
#include "domain/credential/credential_json.hpp"

namespace mino::broker {
namespace {

constexpr std::uint64_t kChannel = 0;
constexpr std::uint64_t kAlarm = 1;
constexpr int kPacketsAtOnce = 256;
constexpr std::size_t kMaxUnsent = std::size_t{16} << 20U;

}  // namespace

BrokerProcess::BrokerProcess(FileSystem& files, const JsonCodec& codec)
    : files_(files), codec_(codec) {}
BrokerProcess::~BrokerProcess() = default;

Result<void> BrokerProcess::start(const RunPlan& plan, const BrokerTerms& terms, BrokerSink& sink) {
  sink_ = &sink;
  auto made = set_up(plan, terms);
  if (!made.ok()) {
    stop();
    return std::move(made.error().add_context("starting the credential broker"));
  }
  state_ = State::kPending;
  return {};
}

Result<void> BrokerProcess::set_up(const RunPlan& plan, const BrokerTerms& terms) {
  epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  alarm_.reset(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kAlarm;
  if (!epoll_ || !alarm_ || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, alarm_.get(), &event) != 0)
    return posix::system_error("making a timer", errno);
  directory_ = broker_directory(plan);
  // The directory above it is the user's alone. Every user of the box may read the token: it keeps
  // out nobody but those who can reach the broker without being in the box.
  MINO_TRY(files_.make_directories(directory_, 0755));
  // Without a line feed: SDKs put all of the file into a header.
  MINO_TRY(files_.write_atomic(directory_ + "/" + std::string(kBrokerTokenName),
                               terms.token.reveal(), 0644, Durability::kRename));
  MINO_TRY(start_process(plan.broker->helper_program));
  JsonValue json = to_json(terms);
  send({BrokerMessage::kTerms, 0, codec_.write(json, JsonLayout::kCompact)});
  wipe(json);
  return {};
}

Result<void> BrokerProcess::start_process(const std::string& helper_program) {
  MINO_ASSIGN(posix::HelperProcess started, posix::start_helper({helper_program, "broker"}));
  broker_.emplace(std::move(started.process));
  channel_ = std::move(started.channel);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kChannel;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, channel_.get(), &event);
  return {};
}

void BrokerProcess::box_stands(pid_t first_process) {
  if (state_ == State::kPending)
    send({BrokerMessage::kBox, static_cast<std::uint32_t>(first_process), {}});
}

void BrokerProcess::answer(BrokerSink::Question question, CredentialProvider provider,
                           const IssuedCredential& issued) {
  JsonValue json = mino::to_json(provider, issued);
  std::string text = codec_.write(json, JsonLayout::kCompact);
  wipe(json);
  // A datagram of a byte more would end the conversation.
  if (text.size() > kMaxBrokerPacket / 2) {
    wipe(text);
    return decline(question, "the credential is too long");
  }
  send({BrokerMessage::kCredential, question, std::move(text)});
}

void BrokerProcess::decline(BrokerSink::Question question, const std::string& why) {
  constexpr std::size_t kMaxWhy = 2048;
  send({BrokerMessage::kNothing, question, why.substr(0, kMaxWhy)});
}

void BrokerProcess::wake_at(std::optional<Timestamp> time) {
  if (!alarm_) return;
  itimerspec when{};
  if (time) {
    const auto since = std::max(time->time_since_epoch(), Timestamp::duration(1));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    when.it_value.tv_sec = seconds.count();
    when.it_value.tv_nsec = std::chrono::nanoseconds(since - seconds).count();
  }
  // A clock that is set makes the descriptor readable too.
  ::timerfd_settime(alarm_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, nullptr);
}

void BrokerProcess::handle() {
  std::array<epoll_event, 2> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events.at(static_cast<std::size_t>(i));
    if (event.data.u64 == kAlarm) {
      std::uint64_t times = 0;
      if (::read(alarm_.get(), &times, sizeof times) < 0 && errno == EAGAIN) continue;
      if (sink_ != nullptr) sink_->woken();
      continue;
    }
    if ((event.events & EPOLLOUT) != 0) flush();
    if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) broker_speaks();
  }
}

void BrokerProcess::broker_speaks() {
  for (int round = 0; round < kPacketsAtOnce && channel_; ++round) {
    const posix::Received received = posix::receive_packet(channel_.get(), kMaxBrokerPacket);
    if (received.state == posix::Received::State::kNothing) return;
    const auto packet = received.state == posix::Received::State::kPacket
                            ? decode(received.packet.bytes)
                            : std::nullopt;
    if (!packet) return ended();
    take(*packet);
  }
}

void BrokerProcess::take(const BrokerPacket& packet) {
  switch (packet.kind) {
    case BrokerMessage::kServing:
      if (state_ == State::kPending) state_ = State::kUp;
      return;
    case BrokerMessage::kFailed:
      return fail(packet.text);
    case BrokerMessage::kAsked:
      return asked(packet);
    case BrokerMessage::kRefused:
      return refused(packet.text);
    default:
      ended();
  }
}

void BrokerProcess::asked(const BrokerPacket& packet) {
  const std::string_view text = packet.text;
  const std::string_view word = text.substr(0, text.find(' '));
  const auto provider = parse_credential_provider(word);
  if (!provider) return ended();
  sink_->asked(packet.number, *provider,
               std::string(text.substr(std::min(text.size(), word.size() + 1))));
}

void BrokerProcess::refused(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(' '));
  const auto refusal = parse_broker_refusal(word);
  if (!refusal) return ended();
  const std::string_view rest = text.substr(std::min(text.size(), word.size() + 1));
  sink_->refused(*refusal, parse_credential_provider(rest));
}

void BrokerProcess::send(BrokerPacket packet) {
  if (!channel_) return wipe(packet.text);
  unsent_.push_back(encode(packet));
  unsent_bytes_ += unsent_.back().size();
  wipe(packet.text);
  flush();
  // One that asks on and on and takes no answer must not grow this process.
  if (unsent_bytes_ > kMaxUnsent) ended();
}

/// What the broker does not take at once goes when there is room.
void BrokerProcess::flush() {
  while (channel_ && !unsent_.empty()) {
    const posix::SendState sent = posix::send_packet(channel_.get(), unsent_.front(), {});
    if (sent == posix::SendState::kFull) break;
    unsent_bytes_ -= unsent_.front().size();
    wipe(unsent_.front());
    unsent_.pop_front();
    // One that has ended is found by handle().
    if (sent != posix::SendState::kSent) break;
  }
  if (!channel_) return;
  epoll_event event{};
  event.events = EPOLLIN;
  if (!unsent_.empty()) event.events |= EPOLLOUT;
  event.data.u64 = kChannel;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, channel_.get(), &event);
}

void BrokerProcess::drop_unsent() {
  for (std::string& packet : unsent_) wipe(packet);
  unsent_.clear();
  unsent_bytes_ = 0;
}

void BrokerProcess::ended() {
  if (!channel_) return;
  channel_.reset();
  drop_unsent();
  // One that does not keep to the protocol is not to be trusted with the box's socket either.
  broker_.reset();
  if (state_ == State::kPending) return fail("it has ended");
  if (state_ == State::kUp && sink_ != nullptr) sink_->broker_lost();
}

void BrokerProcess::fail(std::string why) {
  if (state_ != State::kPending) return;
  state_ = State::kFailed;
  failure_ =
      Error(ErrorCode::kUnavailable, "the credential broker cannot be started: " + std::move(why));
  failure_->set_hint("run without it: mino config set credentials.delivery env");
}

void BrokerProcess::stop() {
  // Dead, it adds nothing to what is read here.
  broker_.reset();
  // What was refused to the last is counted; questions need no answer any more.
  while (channel_ && sink_ != nullptr) {
    const posix::Received received = posix::receive_packet(channel_.get(), kMaxBrokerPacket);
    if (received.state != posix::Received::State::kPacket) break;
    const auto packet = decode(received.packet.bytes);
    if (packet && packet->kind == BrokerMessage::kRefused) refused(packet->text);
  }
  drop_unsent();
  channel_.reset();
  alarm_.reset();
  epoll_.reset();
  sink_ = nullptr;
  state_ = State::kAbsent;
  if (directory_.empty()) return;
  static_cast<void>(files_.remove_tree(directory_));
  directory_.clear();
}

}  // namespace mino::broker
