#include "adapters/posix/helper_process.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::posix {

Result<HelperProcess> start_helper(std::vector<std::string> argv,
                                   const std::vector<DescriptorMapping>& more) {
  constexpr int kChannel = 3;
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return system_error("making a socket pair", errno);
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing) return file_error("opening", "/dev/null", errno);
  SpawnSpec spec;
  spec.argv = std::move(argv);
  spec.descriptors = {
      {nothing.get(), 0}, {nothing.get(), 1}, {nothing.get(), 2}, {theirs.get(), kChannel}};
  spec.descriptors.insert(spec.descriptors.end(), more.begin(), more.end());
  auto process = spawn(spec);
  if (!process.ok()) return std::move(process.error().set_code(ErrorCode::kUnavailable));
  return HelperProcess{std::move(process).value(), std::move(ours)};
}

}  // namespace mino::posix
