#include "cli/reconcile.hpp"

#include "cli/render/error.hpp"

namespace mino::cli {

Reconciler::Reconciler(CompositionRoot& root)
    : root_(root),
      use_case_({.sessions = root.sessions(),
                 .engine = root.engine(),
                 .processes = root.processes(),
                 .files = root.files(),
                 .placeholders = root.placeholders(),
                 .audit = root.audit(),
                 .clock = root.clock(),
                 .notices = root.notices()}) {}

void Reconciler::run() {
  if (const auto reconciled = use_case_.execute(); !reconciled.ok())
    root_.notices().warn(reconciled.error().text(), reconciled.error().hint());
  run_leftovers();
}

void Reconciler::run_leftovers() {
  const auto paths = root_.paths();
  if (!paths.ok()) return;
  if (const auto reconciled = use_case_.leftovers(paths->runtime); !reconciled.ok()) {
    root_.notices().warn(reconciled.error().text(), reconciled.error().hint());
  }
}

}  // namespace mino::cli
