#include "cli/command.hpp"

#include "cli/box_options.hpp"
#include "cli/cache_options.hpp"
#include "cli/layers_options.hpp"

#include <algorithm>

namespace mino::cli {
namespace {

using namespace table;

constexpr auto kVerbose = list<Words>("verbose");
constexpr auto kGlobalOptions =
    list(OptionSpec{.name = "verbose",
                    .short_name = 'v',
                    .help = "Say more; twice for debugging",
                    .repeatable = true},
         OptionSpec{.name = "quiet",
                    .short_name = 'q',
                    .help = "Say nothing but errors",
                    .conflicts_with = kVerbose},
         OptionSpec{.name = "config",
                    .short_name = 'c',
                    .value_name = "PATH",
                    .help = "Configuration file to use instead of the user's",
                    .env = "MINO_CONFIG",
                    .completion = Completion::kFile},
         OptionSpec{.name = "no-local", .help = "Do not look for a project's .mino.toml"},
         OptionSpec{.name = "trust-local",
                    .help = "Apply the project's .mino.toml without asking",
                    .env = "MINO_TRUST_LOCAL"},
         OptionSpec{.name = "help", .short_name = 'h', .help = "Show help"},
         OptionSpec{.name = "version", .short_name = 'V', .help = "Show the version"});

constexpr auto kRunOptions = joined(
    kBoxOptions,
    list(OptionSpec{.name = "dry-run",
                    .help = "Print what would be run and what it may reach; start nothing"},
         OptionSpec{.name = "json", .help = "With --dry-run: print JSON", .needs = "dry-run"}));
constexpr auto kRunExamples =
    list(ExampleSpec{"mino run", "A shell in a box around the current directory"},
         ExampleSpec{"mino run --image host -- claude",
                     "An agent installed on this machine, no image needed"},
         ExampleSpec{"mino run --image ubuntu:22.04 -- make test", "A command in an image"},
         ExampleSpec{"mino run --layers rust,python -- claude", "Toolchains built on a base image"},
         ExampleSpec{"mino run --network none -- npm test", "Without any network"},
         ExampleSpec{"mino run --network-allow github.com:443,*.npmjs.org:443 -- claude",
                     "With nothing but these destinations"},
         ExampleSpec{"mino run -d -n fix-tests -- claude -p \"fix the tests\"",
                     "In the background; see \"mino logs -f fix-tests\""},
         ExampleSpec{"mino run --dry-run -- claude", "What would happen, without doing it"});

constexpr auto kJsonOnly = list(kJson);
constexpr auto kExplainPositionals =
    list(PositionalSpec{.name = "SESSION",
                        .arity = Arity::kOptional,
                        .help = "With a destination: ask a running session [default: a run with "
                                "these options]",
                        .completion = Completion::kRunningSession},
         PositionalSpec{.name = "HOST:PORT",
                        .arity = Arity::kOptional,
                        .help = "Explain only whether this destination may be reached"});
constexpr auto kExplainOptions = joined(kBoxOptions, kJsonOnly);
constexpr auto kExplainExamples = list(
    ExampleSpec{"mino explain", "What \"mino run\" would do here, and why"},
    ExampleSpec{"mino explain --image host --network none -- claude", "The same for other options"},
    ExampleSpec{"mino explain --network-preset dev github.com:22",
                "Whether a run with these options could reach that"},
    ExampleSpec{"mino explain fix-tests example.com:443",
                "Whether a running session can reach that"});

constexpr auto kExecPositionals =
    list(PositionalSpec{.name = "SESSION",
                        .arity = Arity::kOptional,
                        .help = "Name of the session [default: the newest running one]",
                        .completion = Completion::kRunningSession});
constexpr auto kExecOptions = list(
    OptionSpec{.name = "env",
               .short_name = 'e',
               .value_name = "KEY[=VALUE]",
               .help = "Set a variable for this command; KEY alone takes the value from here",
               .repeatable = true},
    OptionSpec{
        .name = "tty",
        .short_name = 't',
        .help =
            "Give the command a terminal, or none [default: when stdin and stdout are terminals]",
        .negatable = true});
constexpr auto kExecExamples =
    list(ExampleSpec{"mino exec", "A shell in the newest running session"},
         ExampleSpec{"mino exec fix-tests -- git status", "A command in a named session"});

constexpr auto kListOptions =
    joined(list(OptionSpec{.name = "all", .short_name = 'a', .help = "Show finished sessions too"}),
           kListFormatOptions);
constexpr auto kListExamples =
    list(ExampleSpec{"mino list", "Running sessions"},
         ExampleSpec{"mino list --all --json", "Every session, for a program"});

constexpr auto kStopPositionals = list(PositionalSpec{.name = "SESSION",
                                                      .arity = Arity::kOneOrMore,
                                                      .help = "Sessions to stop",
                                                      .completion = Completion::kRunningSession});
constexpr auto kStopForce = list<Words>("force");
constexpr auto kStopOptions =
    list(OptionSpec{.name = "force",
                    .short_name = 'f',
                    .help = "Kill at once instead of asking the agent to end"},
         OptionSpec{.name = "time",
                    .value_name = "SECONDS",
                    .help = "How long the agent may take to end [default: 10]",
                    .conflicts_with = kStopForce,
                    .kind = ValueKind::kUnsigned32});
constexpr auto kStopExamples =
    list(ExampleSpec{"mino stop fix-tests", "SIGTERM, and SIGKILL ten seconds later"},
         ExampleSpec{"mino stop --force fix-tests other", "Two sessions, at once"});

constexpr auto kLogsPositionals = list(PositionalSpec{
    .name = "SESSION", .help = "Name of the session", .completion = Completion::kAnySession});
constexpr auto kLogsOptions = list(
    OptionSpec{.name = "network",
               .help = "Show what the session reached and what it was refused instead"},
    OptionSpec{.name = "follow", .short_name = 'f', .help = "Keep printing until the session ends"},
    OptionSpec{.name = "lines",
               .short_name = 'l',
               .value_name = "N",
               .help = "How many of the last lines to show, 0 for all [default: 100]",
               .kind = ValueKind::kUnsigned32});
constexpr auto kLogsExamples =
    list(ExampleSpec{"mino logs -f fix-tests", "What a background session prints, as it prints it"},
         ExampleSpec{"mino logs -l 0 fix-tests", "All of it"},
         ExampleSpec{"mino logs --network fix-tests", "Its connections, and why some failed"});

constexpr auto kReportPositionals =
    list(PositionalSpec{.name = "SESSION",
                        .arity = Arity::kOptional,
                        .help = "Name of the session [default: the newest one]",
                        .completion = Completion::kAnySession});
constexpr auto kReportJson = list<Words>("json");
constexpr auto kReportOptions = list(
    OptionSpec{.name = "full",
               .help = "Look at every file of the project now, not only where something was "
                       "created"},
    OptionSpec{.name = "quarantine",
               .help = "Look now, ask, and defuse what is dangerous",
               .conflicts_with = kReportJson},
    OptionSpec{
        .name = "yes", .short_name = 'y', .help = "Defuse without asking", .needs = "quarantine"},
    kJson);
constexpr auto kReportExamples =
    list(ExampleSpec{"mino report fix-tests", "What the session left for the host to run"},
         ExampleSpec{"mino report --full fix-tests", "The same, looked for in every file"},
         ExampleSpec{"mino report --quarantine fix-tests", "Rename its hooks, unset its git keys"});

constexpr auto kNetworkSession = PositionalSpec{
    .name = "SESSION", .help = "Name of the session", .completion = Completion::kRunningSession};
constexpr auto kNetworkListPositionals = list(kNetworkSession);
constexpr auto kNetworkChangePositionals =
    list(kNetworkSession, PositionalSpec{.name = "RULE",
                                         .arity = Arity::kOneOrMore,
                                         .help = "HOST:PORT, *.DOMAIN:PORT, HOST:*, ADDRESS:PORT "
                                                 "or BLOCK/LENGTH:PORT"});
constexpr auto kNetworkExamples =
    list(ExampleSpec{"mino network list fix-tests", "What the session may reach"},
         ExampleSpec{"mino network allow fix-tests example.com:443", "One destination more"},
         ExampleSpec{"mino network deny fix-tests example.com:443", "And not any more"});

constexpr auto kStatusOptions =
    list(OptionSpec{.name = "image",
                    .value_name = "IMAGE",
                    .help = "Image to look for [default: the configured one]",
                    .completion = Completion::kImage},
         kJson);
constexpr auto kStatusExamples =
    list(ExampleSpec{"mino status", "Whether this machine can run a box, and what is missing"});

constexpr auto kSelftestOptions = joined(
    joined(list(OptionSpec{.name = "project",
                           .short_name = 'p',
                           .value_name = "DIR",
                           .help = "Directory whose .mino.toml applies; the box gets a "
                                   "scratch project [default: the current one]",
                           .completion = Completion::kDirectory}),
           picked(kBoxOptions, "image", "layers", "env", "volume", "host-path", "network",
                  "network-allow", "network-preset", "network-allow-private", "network-engine",
                  "protect", "read-only", "memory", "cpus", "pids", "allow-nested-sandbox")),
    kJsonOnly);
constexpr auto kSelftestExamples = list(
    ExampleSpec{"mino selftest", "Whether the boxes of your configuration keep what they promise"},
    ExampleSpec{"mino selftest --image host --network none", "The same for other options"},
    ExampleSpec{"mino selftest --json", "For a program"});

constexpr auto kInitOptions = list(
    OptionSpec{
        .name = "force", .short_name = 'f', .help = "Replace a .mino.toml that is already there"},
    OptionSpec{.name = "path",
               .short_name = 'p',
               .value_name = "DIR",
               .help = "Where to put it [default: the current directory]",
               .completion = Completion::kDirectory});
constexpr auto kInitExamples =
    list(ExampleSpec{"mino init", "A commented .mino.toml in the current directory"});

constexpr auto kLocal =
    OptionSpec{.name = "local", .help = "Use the project's .mino.toml instead of the user's file"};
constexpr auto kLocalOnly = list(kLocal);
constexpr auto kConfigKey = PositionalSpec{
    .name = "KEY", .help = "Key, e.g. container.image", .completion = Completion::kConfigKey};
constexpr auto kConfigShowOptions = kListFormatOptions;
constexpr auto kConfigGetPositionals = list(kConfigKey);
constexpr auto kConfigSetPositionals =
    list(kConfigKey, PositionalSpec{.name = "VALUE", .help = "Value; items of a list by commas"});
constexpr auto kConfigInitOptions = list(
    OptionSpec{.name = "force", .short_name = 'f', .help = "Replace a file that is already there"});
constexpr auto kConfigExamples = list(
    ExampleSpec{"mino config", "Every value and where it comes from"},
    ExampleSpec{"mino config get container.image", "One value"},
    ExampleSpec{"mino config set container.network none", "Change the user's file"},
    ExampleSpec{"mino config set --local container.image rust:1", "Change the project's file"});
constexpr auto kConfigGetExamples =
    list(ExampleSpec{"mino config get container.image", "The value in effect"});
constexpr auto kConfigSetExamples = list(
    ExampleSpec{"mino config set container.network none", "Change the user's file"},
    ExampleSpec{"mino config set --local container.image rust:1", "Change the project's file"});

constexpr auto kTrustPositionals =
    list(PositionalSpec{.name = "PATH",
                        .arity = Arity::kOptional,
                        .help = "Project directory or .mino.toml [default: the current project]",
                        .completion = Completion::kFile});
constexpr auto kTrustList = list<Words>("list");
constexpr auto kTrustOptions = list(
    OptionSpec{.name = "list", .help = "Show what is approved"},
    OptionSpec{.name = "revoke", .help = "Take the approval back", .conflicts_with = kTrustList},
    OptionSpec{.name = "json", .help = "With --list: print JSON", .needs = "list"});
constexpr auto kTrustExamples =
    list(ExampleSpec{"mino trust", "Approve this project's .mino.toml as it is now"},
         ExampleSpec{"mino trust --list", "Everything that is approved"});

constexpr auto kShells = list<Words>("bash", "zsh", "fish", "elvish", "powershell");
constexpr auto kCompletionsPositionals =
    list(PositionalSpec{.name = "SHELL", .help = "Which shell", .choices = kShells});
constexpr auto kCompletionsExamples = list(
    ExampleSpec{"mino completions bash > ~/.local/share/bash-completion/completions/mino", "Bash"},
    ExampleSpec{"mino completions zsh > \"${fpath[1]}/_mino\"", "Zsh"},
    ExampleSpec{"mino completions fish > ~/.config/fish/completions/mino.fish", "Fish"},
    ExampleSpec{"eval \"$(mino completions bash)\"", "In an rc file, for bash or zsh"});

constexpr auto kHelpPositionals = list(PositionalSpec{.name = "COMMAND",
                                                      .arity = Arity::kAny,
                                                      .help = "Command to explain",
                                                      .completion = Completion::kCommandName});
constexpr auto kManSections = list<Words>("1", "5");
constexpr auto kManPositionals = list(PositionalSpec{.name = "SECTION",
                                                     .arity = Arity::kOptional,
                                                     .help = "Section of the manual",
                                                     .choices = kManSections});

constexpr auto kRootExamples =
    list(ExampleSpec{"mino run --image host -- claude",
                     "An agent of this machine, in a box around the current directory"},
         ExampleSpec{"mino run", "A shell in a box"},
         ExampleSpec{"mino status", "Whether this machine has what mino needs"});
constexpr CommandSpec kRoot{.name = "",
                            .description =
                                "Secure AI agent sandbox: runs a coding agent, or any command, in "
                                "a rootless box that sees your project and nothing else.",
                            .examples = kRootExamples};

constexpr auto kCommands = list(
    CommandSpec{.name = "run",
                .summary = "Run an agent or a shell in a new box",
                .description =
                    "Runs COMMAND, or a shell, in a new box that sees the project directory and "
                    "nothing else of yours. "
                    "The exit code is the command's own; 125 when the box could not be started.",
                .options = kRunOptions,
                .after_dashes = AfterDashes::kCommand,
                .examples = kRunExamples},
    CommandSpec{.name = "exec",
                .summary = "Run a command or a shell in a running session",
                .description =
                    "Runs COMMAND, or a shell, in a running session, with its user, environment "
                    "and network rules. "
                    "The exit code is the command's own; 125 when it could not be started.",
                .positionals = kExecPositionals,
                .options = kExecOptions,
                .after_dashes = AfterDashes::kCommand,
                .examples = kExecExamples},
    CommandSpec{.name = "list",
                .summary = "List sessions",
                .options = kListOptions,
                .examples = kListExamples},
    CommandSpec{.name = "stop",
                .summary = "Stop sessions",
                .positionals = kStopPositionals,
                .options = kStopOptions,
                .examples = kStopExamples},
    CommandSpec{.name = "logs",
                .summary = "Show what a session printed",
                .positionals = kLogsPositionals,
                .options = kLogsOptions,
                .examples = kLogsExamples},
    CommandSpec{
        .name = "report",
        .summary = "Show what a session left for the host to run",
        .description =
            "Shows what has changed in the project since the session began and would be run or "
            "obeyed outside the box: git hooks and configuration, files of editors and agents, "
            "set-id bits, links out of the project, scripts, build files and executables. As it "
            "was found when the session ended; looked for now while it runs, after its owner was "
            "killed, and with --full. With --quarantine hooks are renamed, dangerous git keys "
            "made comments, set-id bits taken away, and new files of tools and links out of the "
            "project moved to mino's state directory.",
        .positionals = kReportPositionals,
        .options = kReportOptions,
        .examples = kReportExamples},
    CommandSpec{.name = "network",
                .summary = "Show and change what a running session may reach",
                .description =
                    "Shows and changes the rules of a running session that was started with "
                    "--network-allow or --network-preset. Changes hold until it ends and for new "
                    "connections.",
                .examples = kNetworkExamples},
    CommandSpec{.name = "list",
                .parent = "network",
                .summary = "List the rules and where they come from",
                .positionals = kNetworkListPositionals,
                .options = kJsonOnly},
    CommandSpec{.name = "allow",
                .parent = "network",
                .summary = "Add rules",
                .positionals = kNetworkChangePositionals},
    CommandSpec{.name = "deny",
                .parent = "network",
                .summary = "Take rules away",
                .positionals = kNetworkChangePositionals},
    CommandSpec{.name = "cache",
                .summary = "Manage dependency caches",
                .description = "Shows and removes the volumes with the caches of package managers, "
                               "the home volumes of projects, and the images that mino built.",
                .default_subcommand = "list",
                .examples = kCacheExamples},
    CommandSpec{.name = "list",
                .parent = "cache",
                .summary = "List caches and home volumes (default)",
                .options = kCacheListOptions},
    CommandSpec{.name = "info",
                .parent = "cache",
                .summary = "Show the caches of a project and the lockfiles that name them",
                .options = kCacheInfoOptions},
    CommandSpec{.name = "gc",
                .parent = "cache",
                .summary = "Remove what is not needed any more",
                .description =
                    "Removes caches that were not used for a long time, replaced ones, the least "
                    "recently used beyond cache.max_total_gb, and what belongs to projects that "
                    "are gone. Nothing that a session or a container uses. It runs by itself once "
                    "a day, after a run, unless cache.gc_days and cache.max_total_gb are 0.",
                .options = kCacheGcOptions},
    CommandSpec{.name = "clear",
                .parent = "cache",
                .summary = "Remove all caches, home volumes or images of mino's",
                .description = "Lists them and asks. What a session or a container uses stays, and "
                               "so does everything that is not mino's.",
                .options = kCacheClearOptions,
                .examples = kCacheClearExamples},
    CommandSpec{.name = "layers",
                .summary = "Toolchains that are built into images",
                .description =
                    "A layer adds packages, programs and settings to the base image; an image with "
                    "the layers that a run asks for is built once. Layers lie in the project's "
                    ".mino/layers (used once approved), beside your configuration file in layers/, "
                    "and in mino itself; the first of a name counts.",
                .default_subcommand = "list",
                .examples = kLayersExamples},
    CommandSpec{.name = "list",
                .parent = "layers",
                .summary = "List layers and where they come from (default)",
                .options = kLayersListOptions},
    CommandSpec{.name = "show",
                .parent = "layers",
                .summary = "Show what layers are made of",
                .positionals = kLayersShowPositionals,
                .options = kLayersShowOptions},
    CommandSpec{.name = "build",
                .parent = "layers",
                .summary = "Build an image with layers, or the base image",
                .positionals = kLayersBuildPositionals,
                .options = kLayersBuildOptions},
    CommandSpec{.name = "new",
                .parent = "layers",
                .summary = "Write a commented layer to start from",
                .positionals = kLayersNewPositionals,
                .options = kLayersNewOptions},
    CommandSpec{.name = "status",
                .summary = "Check whether this machine can run boxes",
                .description = "Checks what mino needs on this machine. The exit code is 1 when "
                               "something critical is missing.",
                .options = kStatusOptions,
                .examples = kStatusExamples},
    CommandSpec{
        .name = "selftest",
        .summary = "Try from the inside whether the walls of a box stand",
        .description =
            "Runs a program in a box of your own configuration, around a scratch project, "
            "that tries what a box must refuse, and prints for each wall whether it stands, "
            "is missing, is off because the configuration says so, or cannot be tested "
            "here. The exit code is 0 when every wall stands that the configuration asks "
            "for, 1 when one does not or could not be tested, 125 when the box could not be "
            "started.",
        .options = kSelftestOptions,
        .examples = kSelftestExamples},
    CommandSpec{.name = "explain",
                .summary = "Show what a run would do, and why",
                .description =
                    "Prints the plan of \"mino run\" with the same options: every value with its "
                    "origin, everything the "
                    "agent could reach, and the reason of each decision. Starts nothing. With a "
                    "destination: which rule allows it, or why none does; the exit code is then 1 "
                    "for a destination that is refused.",
                .positionals = kExplainPositionals,
                .options = kExplainOptions,
                .after_dashes = AfterDashes::kCommand,
                .examples = kExplainExamples},
    CommandSpec{.name = "config",
                .summary = "Show and change the configuration",
                .default_subcommand = "show",
                .examples = kConfigExamples},
    CommandSpec{.name = "show",
                .parent = "config",
                .summary = "Show every value with its origin (default)",
                .options = kConfigShowOptions},
    CommandSpec{.name = "get",
                .parent = "config",
                .summary = "Print one value",
                .description = "Prints the value in effect, defaults included, a list one item a "
                               "line. The exit code is 1 and nothing is "
                               "printed when there is none.",
                .positionals = kConfigGetPositionals,
                .options = kJsonOnly,
                .examples = kConfigGetExamples},
    CommandSpec{
        .name = "set",
        .parent = "config",
        .summary = "Change one value",
        .description =
            "Checks the value and changes it in the file, leaving everything else there as it is.",
        .positionals = kConfigSetPositionals,
        .options = kLocalOnly,
        .examples = kConfigSetExamples},
    CommandSpec{
        .name = "path", .parent = "config", .summary = "Print where the configuration file is"},
    CommandSpec{.name = "init",
                .parent = "config",
                .summary = "Write a commented configuration file",
                .options = kConfigInitOptions},
    CommandSpec{.name = "edit",
                .parent = "config",
                .summary = "Open the configuration file in $EDITOR and check it",
                .options = kLocalOnly},
    CommandSpec{.name = "init",
                .summary = "Write a commented .mino.toml for a project",
                .options = kInitOptions,
                .examples = kInitExamples},
    CommandSpec{.name = "trust",
                .summary = "Approve a project's .mino.toml",
                .description = "What a project's .mino.toml may widen takes effect only after its "
                               "owner approved that very content; a "
                               "changed file is an unapproved file.",
                .positionals = kTrustPositionals,
                .options = kTrustOptions,
                .examples = kTrustExamples},
    CommandSpec{.name = "completions",
                .summary = "Print a completion script for a shell",
                .positionals = kCompletionsPositionals,
                .examples = kCompletionsExamples},
    CommandSpec{.name = "version", .summary = "Show the version", .options = kJsonOnly},
    CommandSpec{.name = "help",
                .summary = "Show help for mino or a command",
                .positionals = kHelpPositionals},
    CommandSpec{.name = "man",
                .summary = "Print a page of the manual",
                .positionals = kManPositionals,
                .hidden = true});

}  // namespace

std::span<const CommandSpec> command_table() { return kCommands; }
std::span<const OptionSpec> global_options() { return kGlobalOptions; }
const CommandSpec& root_command() { return kRoot; }

const CommandSpec* find_command(std::string_view parent, std::string_view name) {
  const auto found = std::find_if(kCommands.begin(), kCommands.end(), [&](const CommandSpec& each) {
    return each.parent == parent && each.name == name;
  });
  return found == kCommands.end() ? nullptr : &*found;
}

bool is_group(const CommandSpec& command) {
  return !command.name.empty() && command.parent.empty() &&
         std::any_of(kCommands.begin(), kCommands.end(),
                     [&](const CommandSpec& each) { return each.parent == command.name; });
}

}  // namespace mino::cli
