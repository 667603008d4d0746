#include "application/config_set.hpp"

#include "domain/config/key_ref.hpp"

namespace mino::application {

SetConfig::SetConfig(const ConfigSource& source, const ConfigEditor& editor, ConfigWriter& writer)
    : source_(source), editor_(editor), writer_(writer) {}

Result<SetConfigResponse> SetConfig::execute(const SetConfigRequest& request) {
  MINO_ASSIGN(const ConfigKeyRef ref, parse_config_key(request.key));
  Result<ConfigValue> value = parse_config_text(ref, request.value);
  if (!value.ok()) return std::move(value.error().set_code(ErrorCode::kUsage));
  MINO_ASSIGN(const ProjectSnapshot before, writer_.read(request.file, request.target));
  MINO_ASSIGN(const ConfigDocument document,
              source_.parse(before.file.string(), before.bytes.value_or(std::string())));
  MINO_ASSIGN(const std::string text, editor_.set(document, ref.path(), *value));
  TrustAfterWrite trust = TrustAfterWrite::kNotNeeded;
  if (request.target == ConfigTarget::kProjectFile) {
    MINO_ASSIGN(const bool trusted, writer_.was_trusted(before, request.user));
    trust = trusted ? TrustAfterWrite::kGranted : TrustAfterWrite::kWithheld;
  }
  MINO_ASSIGN(WrittenConfig written, writer_.write(before, text, request.target, trust));
  return SetConfigResponse{ref.key, std::move(written)};
}

}  // namespace mino::application
