#include "helper/mino-init/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdlib>

namespace mino::init {

namespace {

// The name of the slave can be anything in a box that has its own idea of /dev/pts; the ioctl
// (Linux 4.13) needs none.
int open_slave(int master) {
  constexpr int kFlags = O_RDWR | O_NOCTTY | O_CLOEXEC;
  const int slave = ::ioctl(master, TIOCGPTPEER, kFlags);
  if (slave >= 0) return slave;
  char name[64];
  if (::ptsname_r(master, name, sizeof name) != 0) return -1;
  return ::open(name, kFlags);
}

}  // namespace

int open_terminal(std::uint16_t rows, std::uint16_t columns, Terminal& terminal) {
  terminal.master.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.master.open()) return errno;
  const int master = terminal.master.get();
  if (::grantpt(master) != 0 || ::unlockpt(master) != 0) return errno;
  const winsize size{rows, columns, 0, 0};
  if (::ioctl(master, TIOCSWINSZ, &size) != 0) return errno;
  terminal.slave.reset(open_slave(master));
  return terminal.slave.open() ? 0 : errno;
}

}  // namespace mino::init
