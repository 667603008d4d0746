#include "adapters/linux/oci_state.hpp"

#include <limits>

namespace mino::linux {

Result<std::int64_t> container_process(std::string_view state, const JsonCodec& json) {
  MINO_ASSIGN(const JsonValue parsed, json.parse(state).with_context("the container's state"));
  const JsonValue* pid = nullptr;
  if (const JsonValue::Object* members = parsed.object(); members != nullptr) {
    for (const auto& [name, value] : *members) {
      if (name != "pid") continue;
      // Which of two is meant depends on who reads them.
      if (pid != nullptr) return Error(ErrorCode::kCorrupt, "the container's state has two pids");
      pid = &value;
    }
  }
  if (pid == nullptr || pid->integer() == nullptr || *pid->integer() <= 0 ||
      *pid->integer() > std::numeric_limits<std::int32_t>::max())
    return Error(ErrorCode::kCorrupt, "the container's state has no pid");
  return *pid->integer();
}

}  // namespace mino::linux
