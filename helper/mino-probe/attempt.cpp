#include "helper/mino-probe/attempt.hpp"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

namespace mino::probe {

Outcome of_errno(int error) {
  if (error == 0) return {"ok", {}};
  const char* name = ::strerrorname_np(error);
  return {name != nullptr ? name : std::to_string(error), {}};
}

Outcome of_call(long result) { return of_errno(result < 0 ? errno : 0); }

Outcome of_open(long descriptor) {
  Outcome outcome = of_call(descriptor);
  if (descriptor >= 0) ::close(static_cast<int>(descriptor));
  return outcome;
}

Outcome of_search(std::string found) {
  if (found.empty()) return {"none", {}};
  return {"ok", std::move(found)};
}

Outcome fact(std::string value) { return {"is", std::move(value)}; }

int number_in(std::string_view text, int base) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

Outcome apart(int (*act)()) {
  const pid_t child = ::fork();
  if (child < 0) return of_errno(errno);
  if (child == 0) ::_exit(act());
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) return of_errno(WEXITSTATUS(status));
  const char* name = ::sigabbrev_np(WTERMSIG(status));
  return {std::string("SIG") + (name != nullptr ? name : "?"), {}};
}

}  // namespace mino::probe
