#include "adapters/gateway/policy_assembler.hpp"

#include <utility>

#include "adapters/gateway/wire.hpp"

namespace mino::gateway {

bool PolicyAssembler::add(std::string_view message) {
  switch (kind_of(message).value_or(Message::kEvent)) {
    case Message::kPolicy:
      next_ = decode_policy(message);
      return next_.has_value();
    case Message::kRule: {
      auto rule = decode_rule(message);
      if (!rule || !next_ || next_->rules.size() >= EgressPolicy::kMaxRules) return false;
      next_->rules.push_back(std::move(*rule));
      return true;
    }
    case Message::kCommit:
      if (!next_) return false;
      complete_ = std::exchange(next_, std::nullopt);
      return true;
    case Message::kSockets:
    case Message::kEnd:
    case Message::kServing:
    case Message::kEvent:
      break;
  }
  return false;
}

std::optional<EgressPolicy> PolicyAssembler::take() {
  return std::exchange(complete_, std::nullopt);
}

}  // namespace mino::gateway
