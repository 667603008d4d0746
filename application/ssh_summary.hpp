#pragma once

#include <string>
#include <vector>

#include "application/ssh_tally.hpp"

namespace mino::application {

/// What a person is told at the end of a session whose SSH agent refused something: a headline,
/// then a line a use with the setting that would have allowed it, as far as one would. Nothing when
/// nothing was refused; bounded, and without control characters.
[[nodiscard]] std::vector<std::string> ssh_summary(const std::vector<SshTally::Count>& refused);

}  // namespace mino::application
