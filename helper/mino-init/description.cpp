#include "helper/mino-init/description.hpp"

#include <csignal>
#include <cstring>
#include <utility>

namespace mino::init {

namespace {

using lifeline::Kind;
using lifeline::Packet;

constexpr std::uint32_t kKnownFlags = lifeline::kTerminalFlag | lifeline::kAgentFlag |
                                      lifeline::kShellFlag | lifeline::kNestedSandboxFlag;
constexpr std::size_t kStdioDescriptors = 3;

/// The number of NUL-terminated strings in [begin, end), or SIZE_MAX when the last one does not
/// end.
std::size_t count_strings(const char* begin, const char* end) {
  if (begin != end && end[-1] != '\0') return SIZE_MAX;
  std::size_t count = 0;
  for (const char* at = begin; at != end; ++at) {
    if (*at == '\0') ++count;
  }
  return count;
}

bool is_assignment(const char* string) {
  const char* equals = std::strchr(string, '=');
  return equals != nullptr && equals != string;
}

}  // namespace

Inbox::Step Inbox::accept(const void* packet, std::size_t length, std::size_t descriptors) {
  Packet head{};
  Kind kind{};
  if (length < sizeof kind) return Step::kBroken;
  std::memcpy(&kind, packet, sizeof kind);
  if (kind == Kind::kData) return descriptors == 0 ? append(packet, length) : Step::kBroken;

  if (length != sizeof head) return Step::kBroken;
  std::memcpy(&head, packet, sizeof head);
  if (kind == Kind::kGo) return complete(head, descriptors);
  if (descriptors != 0) return Step::kBroken;
  if (kind == Kind::kProcess) return open(head);
  if (kind == Kind::kSignal) return note_signal(head);
  return Step::kBroken;
}

Inbox::Step Inbox::open(const Packet& packet) {
  if (described_ || (packet.flags & ~kKnownFlags) != 0) return Step::kBroken;
  const bool agent = (packet.flags & lifeline::kAgentFlag) != 0;
  const bool shell = (packet.flags & lifeline::kShellFlag) != 0;
  if (agent == agent_seen_) return Step::kBroken;
  if (!agent && (packet.flags & lifeline::kNestedSandboxFlag) != 0) return Step::kBroken;
  // Only the agent can do without arguments of its own: the image's ENTRYPOINT may be all.
  if (packet.argument_count == 0 && (!agent || shell)) return Step::kBroken;
  if (packet.argument_count > lifeline::kMaxArguments) return Step::kBroken;
  const std::uint64_t total = std::uint64_t{packet.argument_bytes} + packet.environment_bytes;
  if (packet.argument_bytes < packet.argument_count || total > lifeline::kMaxDescriptionBytes)
    return Step::kBroken;

  description_ = Description{};
  description_.header = packet;
  description_.bytes = allocate<char>(total + 1);
  if (!description_.bytes) return Step::kBroken;
  expected_bytes_ = total;
  received_bytes_ = 0;
  described_ = true;
  agent_seen_ = true;
  return Step::kContinue;
}

Inbox::Step Inbox::append(const void* packet, std::size_t length) {
  struct {
    Kind kind;
    std::uint32_t process;
    std::uint32_t length;
  } head{};
  static_assert(sizeof head == lifeline::kDataHeaderBytes);
  if (length <= sizeof head) return Step::kBroken;
  std::memcpy(&head, packet, sizeof head);
  const std::size_t payload = length - sizeof head;
  if (head.length != payload || payload > lifeline::kChunkBytes) return Step::kBroken;
  if (!described_ || head.process != description_.header.process) return Step::kBroken;
  if (payload > expected_bytes_ - received_bytes_) return Step::kBroken;
  std::memcpy(description_.bytes.get() + received_bytes_,
              static_cast<const char*>(packet) + sizeof head, payload);
  received_bytes_ += payload;
  return Step::kContinue;
}

Inbox::Step Inbox::complete(const Packet& packet, std::size_t descriptors) {
  if (!described_ || packet.process != description_.header.process) return Step::kBroken;
  if (received_bytes_ != expected_bytes_) return Step::kBroken;
  if (descriptors != (description_.has(lifeline::kTerminalFlag) ? 0 : kStdioDescriptors))
    return Step::kBroken;
  const char* const arguments = description_.bytes.get();
  const char* const environment = description_.environment();
  if (count_strings(arguments, environment) != description_.header.argument_count)
    return Step::kBroken;
  description_.environment_count = count_strings(environment, arguments + expected_bytes_);
  if (description_.environment_count == SIZE_MAX) return Step::kBroken;
  bool assignments = true;
  for_each_string(description_.environment(), description_.environment_count,
                  [&](const char* string) { assignments = assignments && is_assignment(string); });
  if (!assignments) return Step::kBroken;
  described_ = false;
  return Step::kStart;
}

Inbox::Step Inbox::note_signal(const Packet& packet) {
  if (packet.value < 1 || packet.value >= NSIG) return Step::kBroken;
  signal_ = {packet.process, packet.value};
  return Step::kSignal;
}

Description Inbox::take() { return std::move(description_); }

}  // namespace mino::init
