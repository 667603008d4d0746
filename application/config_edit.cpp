#include "application/config_edit.hpp"

#include "domain/config/template.hpp"

namespace mino::application {

Result<WrittenConfig> EditConfig::execute(const EditConfigRequest& request) {
  const bool is_users = request.target == ConfigTarget::kUserFile;
  MINO_ASSIGN(const ProjectSnapshot before, writer_.read(request.file, request.target));
  bool trusted = false;
  if (!is_users) {
    MINO_ASSIGN(trusted, writer_.was_trusted(before, request.user));
  }
  if (!before.bytes) {
    const auto kind = is_users ? TemplateKind::kUser : TemplateKind::kProject;
    MINO_TRY(
        writer_.write(before, config_template(kind), request.target, TrustAfterWrite::kNotNeeded));
  }
  MINO_TRY(editor_.open(request.editor, before.file));
  MINO_ASSIGN(const ProjectSnapshot after, writer_.read(before.file, request.target));
  const std::string text = after.bytes.value_or(std::string());
  if (Result<void> checked = writer_.check(after.file, text, request.target); !checked.ok()) {
    if (checked.error().hint().empty()) checked.error().set_hint("mino config edit");
    return std::move(checked).error();
  }
  WrittenConfig written{after.file, TrustAfterWrite::kNotNeeded, std::nullopt};
  if (is_users || !after.bytes) return written;
  written.trust = trusted ? TrustAfterWrite::kGranted : TrustAfterWrite::kWithheld;
  if (trusted) {
    MINO_ASSIGN(written.granted, writer_.approve(before, text));
  }
  return written;
}

}  // namespace mino::application
