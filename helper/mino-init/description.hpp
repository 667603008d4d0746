#pragma once

#include <cstddef>
#include <cstdint>

#include "helper/mino-init/allocated.hpp"
#include "helper/protocol/lifeline.hpp"

namespace mino::init {

/// A process as the owner described it, complete and checked.
struct Description {
  lifeline::Packet header{};
  /// header.argument_bytes of NUL-terminated arguments, then header.environment_bytes of
  /// NUL-terminated NAME=VALUE.
  Allocated<char> bytes;
  std::size_t environment_count = 0;

  [[nodiscard]] bool has(lifeline::ProcessFlag flag) const { return (header.flags & flag) != 0; }
  [[nodiscard]] char* environment() const { return bytes.get() + header.argument_bytes; }
};

/// Calls visit(string) for each of `count` NUL-terminated strings that lie one after the other.
template <class Visit>
void for_each_string(char* strings, std::size_t count, Visit visit) {
  for (std::size_t i = 0; i < count; ++i) {
    char* const string = strings;
    while (*strings != '\0') ++strings;
    ++strings;
    visit(string);
  }
}

/// What the packets of the owner amount to. Makes no system call but malloc, so that it can be
/// tested and fuzzed alone.
class Inbox {
 public:
  enum class Step {
    kContinue,  ///< the packet was taken, nothing to do yet
    kStart,     ///< a description is complete: take() it and start the process
    kSignal,    ///< signal() says which and where to
    kBroken,    ///< not a packet of the protocol, or not now: the session is over
  };

  struct Signal {
    std::uint32_t process = 0;
    int number = 0;
  };

  /// `packet` need not be aligned. `descriptors` is the number of descriptors that came along.
  [[nodiscard]] Step accept(const void* packet, std::size_t length, std::size_t descriptors);

  /// The description that kStart spoke of; once.
  [[nodiscard]] Description take();

  [[nodiscard]] Signal signal() const { return signal_; }

 private:
  [[nodiscard]] Step open(const lifeline::Packet& packet);
  [[nodiscard]] Step append(const void* packet, std::size_t length);
  [[nodiscard]] Step complete(const lifeline::Packet& packet, std::size_t descriptors);
  [[nodiscard]] Step note_signal(const lifeline::Packet& packet);

  Description description_;
  std::size_t expected_bytes_ = 0;
  std::size_t received_bytes_ = 0;
  bool described_ = false;   // between kProcess and kGo
  bool agent_seen_ = false;  // the first description has to be the agent's, and no other may be
  Signal signal_;
};

}  // namespace mino::init
