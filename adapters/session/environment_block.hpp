#pragma once

#include <string>

#include "ports/box_runner.hpp"

namespace mino::session {

/// NUL-terminated NAME=VALUE strings, as the lifeline wants them. Holds secrets: the caller wipes
/// it.
[[nodiscard]] inline std::string environment_block(const VariableValues& values) {
  std::size_t size = 0;
  for (const auto& [name, value] : values) size += name.size() + value.reveal().size() + 2;
  std::string block;
  block.reserve(size);  // a block that grows would leave copies behind
  for (const auto& [name, value] : values) {
    block += name;
    block += '=';
    block += value.reveal();
    block += '\0';
  }
  return block;
}

}  // namespace mino::session
