#pragma once

#include <string>
#include <vector>

#include "application/egress_tally.hpp"

namespace mino::application {

/// What a person is told at the end of a session that was refused something: a headline, then a
/// line a destination with the flag that would have allowed it, as far as one would. Nothing when
/// nothing was refused; bounded, and without control characters.
[[nodiscard]] std::vector<std::string> egress_summary(
    const std::vector<EgressTally::Count>& denied);

/// What the flag that the summary names would do to the rules there were, when these come from a
/// preset or a file; empty when no such flag was named or when they come from that very flag.
[[nodiscard]] std::string replacement_note(const std::vector<EgressTally::Count>& denied,
                                           const EgressPolicy& policy);

}  // namespace mino::application
