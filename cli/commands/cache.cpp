#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "application/clear_caches.hpp"
#include "application/collect_caches.hpp"
#include "application/project_caches.hpp"
#include "application/schedule_collection.hpp"
#include "cli/commands/commands.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/render/cache.hpp"
#include "cli/render/error.hpp"
#include "cli/render/text.hpp"

namespace mino::cli {

namespace {

using application::ClearCaches;
using application::CollectCaches;
using application::collection_policy;

std::string format_of(const ParsedArgs& args) {
  return args.flag("json") ? "json" : args.value("format").value_or("table");
}

/// One line when the caches come near their limit.
void say_usage(std::uint64_t total_bytes, std::uint64_t limit_bytes, CompositionRoot& root) {
  const CacheUsage usage = usage_of(total_bytes, limit_bytes);
  if (usage == CacheUsage::kWithin) return;
  root.notices().warn(fmt::format("the caches take {}{}", usage_text(total_bytes, limit_bytes),
                                  usage == CacheUsage::kOver ? ", their limit" : ""),
                      "mino cache gc, or raise cache.max_total_gb");
}

Result<int> list(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                 Io& io) {
  MINO_ASSIGN(const Config config, lenient_config(root, global));
  MINO_ASSIGN(const application::CacheInventory inventory, root.cache_inventory().execute());
  for (const UnreadableRecord& unreadable : inventory.unreadable)
    root.notices().warn("a cache counts as unknown: " + unreadable.error.text(),
                        unreadable.error.hint());
  const std::uint64_t limit = collection_policy(config).limit_bytes;
  const std::string format = format_of(args);
  if (format == "json") {
    io.out.write(root.json().write(cache_json(inventory, limit), JsonLayout::kPretty) + "\n");
  } else if (format == "plain") {
    io.out.write(cache_names(inventory));
  } else if (inventory.caches.empty() && inventory.homes.empty()) {
    if (!global.quiet) io.err.write("No caches.\n");
  } else {
    io.out.write(cache_tables(inventory, root.clock().now()));
    if (!global.quiet)
      io.err.write(fmt::format("caches: {}\n", usage_text(inventory.total_bytes(), limit)));
  }
  say_usage(inventory.total_bytes(), limit, root);
  return kExitSuccess;
}

Result<std::string> project_of(const ParsedArgs& args, CompositionRoot& root) {
  const std::string asked = args.value("project").value_or(".");
  MINO_ASSIGN(const auto project, root.files().canonical(asked));
  if (project) {
    MINO_ASSIGN(const auto info, root.files().info(*project, FollowLinks::kYes));
    if (info && info->kind == FileKind::kDirectory) return project->native();
  }
  return std::move(
      Error(ErrorCode::kNotFound, "project " + printable(asked) +
                                      (project ? " is not a directory" : ": no such directory"))
          .set_hint("name the project's directory with -p DIR"));
}

Result<int> info(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                 Io& io) {
  MINO_ASSIGN(const std::string project, project_of(args, root));
  MINO_ASSIGN(const Config config, shown_config(root, global, project, {}));
  application::ProjectCaches use_case(root.find_caches(), root.cache_store(), root.engine_storage(),
                                      root.digest());
  MINO_ASSIGN(const auto caches, use_case.execute(project));
  for (const std::string& warning : caches.warnings) root.notices().warn(warning, "");
  if (!config.boolean("cache.enabled"))
    root.notices().warn("caches are off (" + to_string(config.origin("cache.enabled")) + ")", "");
  const std::uint64_t limit = collection_policy(config).limit_bytes;
  const std::string format = format_of(args);
  if (format == "json") {
    io.out.write(
        root.json().write(project_cache_json(project, caches, limit), JsonLayout::kPretty) + "\n");
  } else if (format == "plain") {
    for (const auto& item : caches.items) io.out.write(item.volume + "\n");
  } else if (caches.items.empty()) {
    if (!global.quiet)
      io.err.write(fmt::format("{} has no lockfile that names a cache.\n", printable(project)));
  } else {
    io.out.write(project_cache_table(caches, root.clock().now()));
    if (!global.quiet)
      io.err.write(fmt::format("all caches: {}\n", usage_text(caches.total_bytes, limit)));
  }
  say_usage(caches.total_bytes, limit, root);
  return kExitSuccess;
}

CollectCaches collector(CompositionRoot& root) {
  return CollectCaches({.store = root.cache_store(),
                        .storage = root.engine_storage(),
                        .files = root.files(),
                        .clock = root.clock(),
                        .notices = root.notices()},
                       root.cache_inventory(), root.volume_remover());
}

JsonValue notes_of(const CollectCaches::Response& collected, std::uint64_t limit_bytes) {
  JsonValue::Array removed;
  for (const Eviction& eviction : collected.evictions) {
    removed.push_back(
        JsonValue::Object{{"volume", eviction.volume}, {"reason", to_string(eviction.reason)}});
  }
  return JsonValue::Object{{"removed", std::move(removed)},
                           {"total_size_bytes", static_cast<std::int64_t>(collected.total_bytes)},
                           {"limit_bytes", static_cast<std::int64_t>(limit_bytes)}};
}

/// After a run, in the background: what it prints goes to a log.
Result<int> collect_now_and_then(CompositionRoot& root, const CollectCaches::Request& request,
                                 Io& io) {
  MINO_ASSIGN(const auto outcome,
              root.collection_schedule().once(
                  root.clock().now(), application::kCollectionInterval, [&]() -> Result<JsonValue> {
                    MINO_ASSIGN(const auto collected, collector(root).execute(request));
                    for (const Eviction& eviction : collected.evictions)
                      io.out.write(fmt::format("removed {}: {}\n", eviction.volume,
                                               eviction_text(eviction, request.policy)));
                    return notes_of(collected, request.policy.limit_bytes);
                  }));
  static_cast<void>(outcome);
  return kExitSuccess;
}

Result<int> gc(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global, Io& io) {
  MINO_ASSIGN(const Config config, lenient_config(root, global));
  CollectCaches::Request request{.policy = collection_policy(config), .user_id = root.user_id()};
  if (args.flag("auto")) return collect_now_and_then(root, request, io);
  if (const auto days = args.number("days")) request.policy.days = *days;
  const bool shows = args.flag("dry-run");
  if (shows) request.mode = CollectCaches::Mode::kShow;
  MINO_ASSIGN(const auto collected, collector(root).execute(request));
  for (const Eviction& eviction : collected.evictions) {
    const std::string size =
        eviction.size_bytes ? ", " + human_size(*eviction.size_bytes) : std::string();
    io.out.write(fmt::format("{} {}: {}{}\n", shows ? "would remove" : "removed", eviction.volume,
                             eviction_text(eviction, request.policy), size));
  }
  if (collected.evictions.empty() && !global.quiet) io.err.write("Nothing to remove.\n");
  say_usage(collected.total_bytes, request.policy.limit_bytes, root);
  return kExitSuccess;
}

Result<std::vector<ClearCaches::Target>> targets_of(const ParsedArgs& args) {
  using Target = ClearCaches::Target;
  std::vector<Target> targets;
  if (args.flag("volumes") || args.flag("all")) targets.push_back(Target::kVolumes);
  if (args.flag("home") || args.flag("all")) targets.push_back(Target::kHomes);
  if (args.flag("images") || args.flag("all")) targets.push_back(Target::kImages);
  if (!targets.empty()) return targets;
  return std::move(Error(ErrorCode::kUsage, "what is to be cleared is not said")
                       .set_hint("add --volumes, --home, --images or --all"));
}

/// Says what would go and asks. kDeclined when the answer is no.
Result<void> ask(const std::vector<ClearCaches::Item>& items, std::size_t count,
                 CompositionRoot& root, Io& io) {
  for (const ClearCaches::Item& item : items) {
    if (item.in_use_by.empty())
      io.err.write(fmt::format("{}  {}\n", printable(item.name), printable(item.what)));
  }
  if (!root.prompter().interactive())
    return std::move(Error(ErrorCode::kUsage, "nobody is there to be asked").set_hint("add --yes"));
  if (const auto flushed = io.err.flush(); !flushed.ok()) return flushed.error();
  const std::string question = count == 1 ? "Remove this?" : fmt::format("Remove these {}?", count);
  MINO_ASSIGN(const Answer answer, root.prompter().confirm(question, Answer::kNo));
  if (answer == Answer::kNo) return Error(ErrorCode::kDeclined, "nothing was removed");
  return {};
}

Result<int> clear(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                  Io& io) {
  MINO_ASSIGN(const auto targets, targets_of(args));
  MINO_TRY(lenient_config(root, global));
  ClearCaches use_case(
      {.storage = root.engine_storage(), .audit = root.audit(), .notices = root.notices()},
      root.cache_inventory(), root.volume_remover());
  MINO_ASSIGN(const std::vector<ClearCaches::Item> items, use_case.plan(targets));
  for (const ClearCaches::Item& item : items) {
    if (!item.in_use_by.empty() && !global.quiet)
      io.err.write(fmt::format("{} stays: {} uses it\n", item.name, printable(item.in_use_by)));
  }
  const auto count = static_cast<std::size_t>(std::ranges::count_if(
      items, [](const ClearCaches::Item& item) { return item.in_use_by.empty(); }));
  if (count == 0) {
    if (!global.quiet) io.err.write("Nothing to remove.\n");
    return kExitSuccess;
  }
  if (!args.flag("yes")) MINO_TRY(ask(items, count, root, io));
  int code = kExitSuccess;
  for (const ClearCaches::Outcome& outcome : use_case.execute(items)) {
    if (!outcome.error) {
      io.out.write(fmt::format("removed {}\n", printable(outcome.item.name)));
    } else if (outcome.error->code() == ErrorCode::kBusy) {
      if (!global.quiet)
        io.err.write(fmt::format("{} stays: it is in use\n", printable(outcome.item.name)));
    } else {
      print_error(*outcome.error, io);
      code = kExitFailure;
    }
  }
  return code;
}

using Command = Result<int> (*)(const ParsedArgs&, CompositionRoot&, const GlobalOptions&, Io&);

int run_command_of(Command command, const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const auto paths = root.paths();
  const auto code = paths.ok() ? command(args, root, global, io) : Result<int>(paths.error());
  if (code.ok()) return *code;
  print_error(code.error(), io);
  return exit_code(code.error(), FailedCommand::kPlain);
}

}  // namespace

int cache_list_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run_command_of(list, args, global, io);
}

int cache_info_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run_command_of(info, args, global, io);
}

int cache_gc_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run_command_of(gc, args, global, io);
}

int cache_clear_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run_command_of(clear, args, global, io);
}

}  // namespace mino::cli
