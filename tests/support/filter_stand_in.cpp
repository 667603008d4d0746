// In the place of mino-helper's filter of the SSH agent: hands the end of its channel to the owner
// over to the test that listens where the known hosts should be, and waits until it is ended.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "adapters/posix/packet_socket.hpp"

namespace {
constexpr int kChannel = 3;
constexpr int kListener = 4;
constexpr int kSocketWord = 2;
}  // namespace

int main(int count, char** words) {
  if (count <= kSocketWord) return 2;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, words[kSocketWord], sizeof address.sun_path - 1);
  const int test = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (::connect(test, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return 1;
  if (mino::posix::send_packet(test, "channel", {kChannel}) != mino::posix::SendState::kSent)
    return 1;
  ::close(kChannel);
  ::close(kListener);
  for (;;) ::pause();
}
