#pragma once

#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "ports/domain_name_encoder.hpp"

namespace mino::application {

/// A rule or a destination ("host:port", "*.host:port") with its host as DNS has it. Text in ASCII
/// is returned as it is. kUsage for a host that has no such form, or whose form is an address: what
/// looks like one in other digits is none.
[[nodiscard]] Result<std::string> encode_rule(const DomainNameEncoder& names,
                                              std::string_view text);

}  // namespace mino::application
