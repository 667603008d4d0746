#pragma once

#include <string>

namespace mino::load {

// Clients of the SSH agent at SSH_AUTH_SOCK. Each returns an exit code.
/// Prints how many keys the agent shows.
int count_keys();
/// Signs `count` times with the first key of the agent: what a login signs, over one connection.
/// Prints the seconds that it took.
int sign_logins(int count);

}  // namespace mino::load
