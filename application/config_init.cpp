#include "application/config_init.hpp"

#include <fmt/format.h>

#include "domain/config/template.hpp"

namespace mino::application {

Result<WrittenConfig> InitConfig::execute(const InitConfigRequest& request) {
  MINO_ASSIGN(const ProjectSnapshot before, writer_.read(request.file, request.target));
  if (before.bytes && request.overwrite == Overwrite::kNo) {
    Error error(ErrorCode::kAlreadyExists, fmt::format("{} already exists", before.file.string()));
    error.set_hint("replace it with --force");
    return error;
  }
  if (request.target == ConfigTarget::kUserFile)
    return writer_.write(before, config_template(TemplateKind::kUser), request.target,
                         TrustAfterWrite::kNotNeeded);
  // Nothing of an old file is left, so only layers can be somebody else's.
  const TrustAfterWrite trust =
      before.layers.empty() ? TrustAfterWrite::kGranted : TrustAfterWrite::kWithheld;
  return writer_.write(before, config_template(TemplateKind::kProject), request.target, trust);
}

}  // namespace mino::application
