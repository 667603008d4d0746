// The packets that mino-init takes from its lifeline. An input is a row of packets, each with a
// head of three bytes: its length, low byte first, and the number of descriptors that come along.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "helper/mino-init/description.hpp"
#include "helper/mino-init/environment.hpp"

namespace {

/// Touches every byte that the program would use.
void use(const mino::init::Description& description) {
  std::size_t bytes = 0;
  const auto count = [&](const char* string) { bytes += std::strlen(string) + 1; };
  mino::init::for_each_string(description.bytes.get(), description.header.argument_count, count);
  if (bytes != description.header.argument_bytes) std::abort();
  // Laying thousands of strings over each other takes quadratic time and shows nothing new.
  if (description.environment_count > 64) return;
  char* const base[] = {nullptr};
  const auto environment =
      mino::init::overlay(base, description.environment(), description.environment_count);
  for (char* const* at = environment.get(); *at != nullptr; ++at) {
    if (std::strchr(*at, '=') == nullptr) std::abort();
  }
}

}  // namespace

// The name and signature that libFuzzer prescribes.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kHead = 3;
  mino::init::Inbox inbox;
  while (size >= kHead) {
    std::size_t length = data[0] | static_cast<std::size_t>(data[1]) << 8U;
    const std::size_t descriptors = data[2];
    data += kHead;
    size -= kHead;
    if (length > size) length = size;
    const auto step = inbox.accept(data, length, descriptors);
    if (step == mino::init::Inbox::Step::kBroken) return 0;
    if (step == mino::init::Inbox::Step::kStart) use(inbox.take());
    if (step == mino::init::Inbox::Step::kSignal &&
        (inbox.signal().number < 1 || inbox.signal().number > 64))
      std::abort();
    data += length;
    size -= length;
  }
  return 0;
}
