#include "adapters/gateway/hook_directory.hpp"

#include <utility>

namespace mino::gateway {

JsonValue hook_configuration(const std::vector<std::string>& argv) {
  constexpr std::int64_t kTimeoutSeconds = 10;
  JsonValue::Array words;
  for (const std::string& word : argv) words.emplace_back(word);
  JsonValue::Object hook;
  hook.emplace_back("path", argv.front());
  hook.emplace_back("args", std::move(words));
  hook.emplace_back("env", JsonValue::Array{});
  hook.emplace_back("timeout", kTimeoutSeconds);
  JsonValue::Object when;
  when.emplace_back("always", true);
  JsonValue::Array stages;
  stages.emplace_back("createRuntime");
  JsonValue::Object configuration;
  configuration.emplace_back("version", "1.0.0");
  configuration.emplace_back("hook", std::move(hook));
  configuration.emplace_back("when", std::move(when));
  configuration.emplace_back("stages", std::move(stages));
  return configuration;
}

}  // namespace mino::gateway
