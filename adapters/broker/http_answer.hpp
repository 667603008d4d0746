#pragma once

#include <string>

#include "domain/credential/broker.hpp"
#include "ports/json_codec.hpp"

namespace mino::broker {

/// The whole answer as bytes of HTTP/1.1, for a connection that is closed behind it. It may hold
/// secrets: wipe() it.
[[nodiscard]] std::string to_http(const BrokerAnswer& answer, const JsonCodec& codec);

}  // namespace mino::broker
