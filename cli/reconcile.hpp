#pragma once

#include "application/reconcile_sessions.hpp"
#include "cli/composition_root.hpp"

namespace mino::cli {

/// Reconciliation, wired. Every command that looks at sessions does it first; it costs nothing when
/// nothing is amiss.
class Reconciler {
 public:
  /// `root.paths()` must have succeeded.
  explicit Reconciler(CompositionRoot& root);

  [[nodiscard]] application::ReconcileSessions& use_case() { return use_case_; }
  /// Clears up after owners that are gone; what cannot be cleared up is a warning.
  void run();
  /// The same for the sessions that have something in the runtime directory: what a new run has to
  /// look at, however many records of finished sessions there are.
  void run_leftovers();

 private:
  CompositionRoot& root_;
  application::ReconcileSessions use_case_;
};

}  // namespace mino::cli
