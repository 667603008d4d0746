#compdef mino
# zsh completion for mino

_mino_running_sessions() {
    local -a names=(${(f)"$(_call_program sessions mino list -f plain 2>/dev/null)"})
    compadd "$@" -a names
}

_mino_sessions() {
    local -a names=(${(f)"$(_call_program sessions mino list --all -f plain 2>/dev/null)"})
    compadd "$@" -a names
}

_mino_images() {
    local -a names=(host ${(f)"$(_call_program images podman images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null)"})
    compadd "$@" -a names
}

_mino_config_keys() {
    local -a names=(general.verbose container.image container.network)
    compadd "$@" -a names
}

_mino_config_values() {
    case $line[1] in
    general.verbose) compadd "$@" true false ;;
    container.network) compadd "$@" bridge none ;;
    esac
}

_mino_commands() {
    local -a commands=(
        'run:Run an agent or a shell in a new box'
        'exec:Run a command or a shell in a running session'
        'list:List sessions'
        'stop:Stop sessions'
        'logs:Show what a session printed'
        'report:Show what a session left for the host to run'
        'network:Show and change what a running session may reach'
        'cache:Manage dependency caches'
        'layers:Toolchains that are built into images'
        'status:Check whether this machine can run boxes'
        'selftest:Try from the inside whether the walls of a box stand'
        'explain:Show what a run would do, and why'
        'config:Show and change the configuration'
        'init:Write a commented .mino.toml for a project'
        'trust:Approve a project'\''s .mino.toml'
        'completions:Print a completion script for a shell'
        'version:Show the version'
        'help:Show help for mino or a command'
    )
    _describe -t commands 'mino command' commands
}

_mino_network_commands() {
    local -a commands=(
        'list:List the rules and where they come from'
        'allow:Add rules'
        'deny:Take rules away'
    )
    _describe -t commands 'mino command' commands
}

_mino_cache_commands() {
    local -a commands=(
        'list:List caches and home volumes (default)'
        'info:Show the caches of a project and the lockfiles that name them'
        'gc:Remove what is not needed any more'
        'clear:Remove all caches, home volumes or images of mino'\''s'
    )
    _describe -t commands 'mino command' commands
}

_mino_layers_commands() {
    local -a commands=(
        'list:List layers and where they come from (default)'
        'show:Show what layers are made of'
        'build:Build an image with layers, or the base image'
        'new:Write a commented layer to start from'
    )
    _describe -t commands 'mino command' commands
}

_mino_config_commands() {
    local -a commands=(
        'show:Show every value with its origin (default)'
        'get:Print one value'
        'set:Change one value'
        'path:Print where the configuration file is'
        'init:Write a commented configuration file'
        'edit:Open the configuration file in $EDITOR and check it'
    )
    _describe -t commands 'mino command' commands
}

_mino_subcommand() {
    case $1 in
    '')
        _arguments -s -S -C \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1: :_mino_commands' '*::argument:->arguments'
        [[ $state == arguments ]] && _mino_subcommand "$line[1]"
        ;;
    'run')
        _arguments -s -S -C \
            '(--name -n)--name=[Name of the session \[default\: a random one\]]:NAME: ' \
            '(--project -p)--project=[Project directory, the only one the agent can write to \[default\: the current one\]]:DIR:_files -/' \
            '(--image --layers)--image=[Container image, or "host" for the programs of this machine, read-only and without an image]:IMAGE:_mino_images' \
            '(--image)*--layers=[Layers on the base image instead of an image, by commas; see "mino layers"]:NAMES: ' \
            '(--entrypoint)--entrypoint=[Replace the image'\''s entrypoint; empty (--entrypoint=) for none]:PROGRAM: ' \
            '*--env=[Set a variable in the box; KEY alone takes the value from here]:KEY\[=VALUE\]: ' \
            '*--volume=[Mount a file or directory; options ro, rw, z, Z]:HOST\:BOX\[\:ro\]:_files' \
            '*--host-path=[With --image host\: also show this directory to the agent, read-only]:DIR:_files -/' \
            '(--detach -d)--detach[Run in the background and print the session'\''s name]' \
            '(--tty --no-tty -t)--tty[Give the agent a terminal, or none \[default\: when stdin and stdout are terminals\]]' \
            '(--tty --no-tty -t)--no-tty[Give the agent a terminal, or none \[default\: when stdin and stdout are terminals\]]' \
            '(--network)--network=[Network of the box]:MODE:(bridge host none)' \
            '(--network-preset)*--network-allow=[The only destinations the box may reach, by commas\: HOST\:PORT, *.DOMAIN\:PORT, HOST\:*, ADDRESS\:PORT, BLOCK/LENGTH\:PORT]:RULES: ' \
            '(--network-preset --network-allow)--network-preset=[A ready-made list of destinations in place of --network-allow]:PRESET:(dev registries)' \
            '(--network-allow-private)--network-allow-private[Let allowed names resolve to addresses of private networks]' \
            '(--network-engine)--network-engine=[What enforces the list of destinations \[default\: auto\]]:ENGINE:(auto gateway iptables)' \
            '(--protect)--protect=[Keep project files that later run on the host read-only\: all that are known (strict), those of git, or none \[default\: strict\]]:LEVEL:(strict git off)' \
            '(--read-only)--read-only[Make the box'\''s root file system read-only]' \
            '(--no-home)--no-home[Use a fresh home directory that is dropped afterwards]' \
            '(--no-cache --cache-fresh)--no-cache[Use no dependency caches]' \
            '(--cache-fresh --no-cache)--cache-fresh[Start with empty dependency caches and keep these from now on]' \
            '(--memory)--memory=[Memory limit, e.g. 512m or 4g]:SIZE: ' \
            '(--cpus)--cpus=[CPU limit, e.g. 1.5]:N: ' \
            '(--pids)--pids=[Limit of processes and threads]:N: ' \
            '(--ssh-agent --no-ssh-agent)--ssh-agent[Let the box use the keys of your SSH agent, or not \[default\: yes\]]' \
            '(--ssh-agent --no-ssh-agent)--no-ssh-agent[Let the box use the keys of your SSH agent, or not \[default\: yes\]]' \
            '(--aws)--aws[Give the box temporary AWS credentials]' \
            '(--gcp)--gcp[Give the box a Google Cloud access token]' \
            '(--azure)--azure[Give the box an Azure access token]' \
            '(--all-clouds)--all-clouds[All three of --aws, --gcp and --azure]' \
            '(--github --no-github)--github[Give the box the GitHub token of gh, or not \[default\: when gh has one\]]' \
            '(--github --no-github)--no-github[Give the box the GitHub token of gh, or not \[default\: when gh has one\]]' \
            '(--strict-credentials)--strict-credentials[Start nothing when a credential cannot be had]' \
            '(--rm --keep)--rm[Remove the container afterwards (default)]' \
            '(--keep --rm)--keep[Keep the stopped container]' \
            '(--allow-sensitive-project)--allow-sensitive-project[Allow a project that is, contains or lies in a sensitive directory (/, the home directory, ~/.ssh, ...)]' \
            '(--allow-nested-sandbox)--allow-nested-sandbox[Relax the box so far that the agent can start sandboxes of its own]' \
            '(--dry-run)--dry-run[Print what would be run and what it may reach; start nothing]' \
            '(--json)--json[With --dry-run\: print JSON]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--name -n)-n+[Name of the session \[default\: a random one\]]:NAME: ' \
            '(--project -p)-p+[Project directory, the only one the agent can write to \[default\: the current one\]]:DIR:_files -/' \
            '*-e+[Set a variable in the box; KEY alone takes the value from here]:KEY\[=VALUE\]: ' \
            '(--detach -d)-d[Run in the background and print the session'\''s name]' \
            '(--tty --no-tty -t)-t[Give the agent a terminal, or none \[default\: when stdin and stdout are terminals\]]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'exec')
        _arguments -s -S -C \
            '*--env=[Set a variable for this command; KEY alone takes the value from here]:KEY\[=VALUE\]: ' \
            '(--tty --no-tty -t)--tty[Give the command a terminal, or none \[default\: when stdin and stdout are terminals\]]' \
            '(--tty --no-tty -t)--no-tty[Give the command a terminal, or none \[default\: when stdin and stdout are terminals\]]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '*-e+[Set a variable for this command; KEY alone takes the value from here]:KEY\[=VALUE\]: ' \
            '(--tty --no-tty -t)-t[Give the command a terminal, or none \[default\: when stdin and stdout are terminals\]]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1::SESSION:_mino_running_sessions'
        ;;
    'list')
        _arguments -s -S -C \
            '(--all -a)--all[Show finished sessions too]' \
            '(--format -f --json)--format=[How to print \[default\: table\]]:FORMAT:(table json plain)' \
            '(--json --format -f)--json[Same as --format json]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--all -a)-a[Show finished sessions too]' \
            '(--format -f --json)-f+[How to print \[default\: table\]]:FORMAT:(table json plain)' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'stop')
        _arguments -s -S -C \
            '(--force -f --time)--force[Kill at once instead of asking the agent to end]' \
            '(--time --force -f)--time=[How long the agent may take to end \[default\: 10\]]:SECONDS: ' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--force -f --time)-f[Kill at once instead of asking the agent to end]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '*:SESSION:_mino_running_sessions'
        ;;
    'logs')
        _arguments -s -S -C \
            '(--network)--network[Show what the session reached and what it was refused instead]' \
            '(--follow -f)--follow[Keep printing until the session ends]' \
            '(--lines -l)--lines=[How many of the last lines to show, 0 for all \[default\: 100\]]:N: ' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--follow -f)-f[Keep printing until the session ends]' \
            '(--lines -l)-l+[How many of the last lines to show, 0 for all \[default\: 100\]]:N: ' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1:SESSION:_mino_sessions'
        ;;
    'report')
        _arguments -s -S -C \
            '(--full)--full[Look at every file of the project now, not only where something was created]' \
            '(--quarantine --json)--quarantine[Look now, ask, and defuse what is dangerous]' \
            '(--yes -y)--yes[Defuse without asking]' \
            '(--json --quarantine)--json[Print JSON]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--yes -y)-y[Defuse without asking]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1::SESSION:_mino_sessions'
        ;;
    'network')
        _arguments -s -S -C \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1: :_mino_network_commands' '*::argument:->arguments'
        [[ $state == arguments ]] && _mino_subcommand "network $line[1]"
        ;;
    'network list')
        _arguments -s -S -C \
            '(--json)--json[Print JSON]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1:SESSION:_mino_running_sessions'
        ;;
    'network allow')
        _arguments -s -S -C \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1:SESSION:_mino_running_sessions' \
            '*:RULE: '
        ;;
    'network deny')
        _arguments -s -S -C \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1:SESSION:_mino_running_sessions' \
            '*:RULE: '
        ;;
    'cache')
        _arguments -s -S -C \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1: :_mino_cache_commands' '*::argument:->arguments'
        [[ $state == arguments ]] && _mino_subcommand "cache $line[1]"
        ;;
    'cache list')
        _arguments -s -S -C \
            '(--format -f --json)--format=[How to print \[default\: table\]]:FORMAT:(table json plain)' \
            '(--json --format -f)--json[Same as --format json]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--format -f --json)-f+[How to print \[default\: table\]]:FORMAT:(table json plain)' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'cache info')
        _arguments -s -S -C \
            '(--project -p)--project=[Project directory \[default\: the current one\]]:DIR:_files -/' \
            '(--format -f --json)--format=[How to print \[default\: table\]]:FORMAT:(table json plain)' \
            '(--json --format -f)--json[Same as --format json]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--project -p)-p+[Project directory \[default\: the current one\]]:DIR:_files -/' \
            '(--format -f --json)-f+[How to print \[default\: table\]]:FORMAT:(table json plain)' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'cache gc')
        _arguments -s -S -C \
            '(--days)--days=[Remove caches that were not used for N days; 0 keeps them \[default\: cache.gc_days\]]:N: ' \
            '(--dry-run)--dry-run[Print what would be removed; remove nothing]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'cache clear')
        _arguments -s -S -C \
            '(--volumes --all)--volumes[The caches of package managers]' \
            '(--home --all)--home[The home volumes of all projects]' \
            '(--images --all)--images[Composed images and base images that were built here]' \
            '(--all --volumes --home --images)--all[All of these]' \
            '(--yes -y)--yes[Remove without asking]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--yes -y)-y[Remove without asking]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'layers')
        _arguments -s -S -C \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1: :_mino_layers_commands' '*::argument:->arguments'
        [[ $state == arguments ]] && _mino_subcommand "layers $line[1]"
        ;;
    'layers list')
        _arguments -s -S -C \
            '(--format -f --json)--format=[How to print \[default\: table\]]:FORMAT:(table json plain)' \
            '(--json --format -f)--json[Same as --format json]' \
            '(--project -p)--project=[Project whose layers and .mino.toml count \[default\: the current directory\]]:DIR:_files -/' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--format -f --json)-f+[How to print \[default\: table\]]:FORMAT:(table json plain)' \
            '(--project -p)-p+[Project whose layers and .mino.toml count \[default\: the current directory\]]:DIR:_files -/' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'layers show')
        _arguments -s -S -C \
            '(--containerfile)--containerfile[Print how an image of them is built instead]' \
            '(--json)--json[Print JSON]' \
            '(--project -p)--project=[Project whose layers and .mino.toml count \[default\: the current directory\]]:DIR:_files -/' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--project -p)-p+[Project whose layers and .mino.toml count \[default\: the current directory\]]:DIR:_files -/' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '*:NAME: '
        ;;
    'layers build')
        _arguments -s -S -C \
            '(--force)--force[Build also when the image is there]' \
            '(--pull)--pull[Look for a newer image to build on first]' \
            '(--from)--from=[For base\: the distribution'\''s image to build on, a Fedora, Debian or Ubuntu]:IMAGE:_mino_images' \
            '(--tools)--tools=[For base\: all tools, or only what mino'\''s own parts need \[default\: full\]]:SET:(full minimal)' \
            '(--project -p)--project=[Project whose layers and .mino.toml count \[default\: the current directory\]]:DIR:_files -/' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--project -p)-p+[Project whose layers and .mino.toml count \[default\: the current directory\]]:DIR:_files -/' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '*:NAME: '
        ;;
    'layers new')
        _arguments -s -S -C \
            '(--project)--project[Write it to the project'\''s .mino/layers instead of your own]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1:NAME: '
        ;;
    'status')
        _arguments -s -S -C \
            '(--image)--image=[Image to look for \[default\: the configured one\]]:IMAGE:_mino_images' \
            '(--json)--json[Print JSON]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'selftest')
        _arguments -s -S -C \
            '(--project -p)--project=[Directory whose .mino.toml applies; the box gets a scratch project \[default\: the current one\]]:DIR:_files -/' \
            '(--image --layers)--image=[Container image, or "host" for the programs of this machine, read-only and without an image]:IMAGE:_mino_images' \
            '(--image)*--layers=[Layers on the base image instead of an image, by commas; see "mino layers"]:NAMES: ' \
            '*--env=[Set a variable in the box; KEY alone takes the value from here]:KEY\[=VALUE\]: ' \
            '*--volume=[Mount a file or directory; options ro, rw, z, Z]:HOST\:BOX\[\:ro\]:_files' \
            '*--host-path=[With --image host\: also show this directory to the agent, read-only]:DIR:_files -/' \
            '(--network)--network=[Network of the box]:MODE:(bridge host none)' \
            '(--network-preset)*--network-allow=[The only destinations the box may reach, by commas\: HOST\:PORT, *.DOMAIN\:PORT, HOST\:*, ADDRESS\:PORT, BLOCK/LENGTH\:PORT]:RULES: ' \
            '(--network-preset --network-allow)--network-preset=[A ready-made list of destinations in place of --network-allow]:PRESET:(dev registries)' \
            '(--network-allow-private)--network-allow-private[Let allowed names resolve to addresses of private networks]' \
            '(--network-engine)--network-engine=[What enforces the list of destinations \[default\: auto\]]:ENGINE:(auto gateway iptables)' \
            '(--protect)--protect=[Keep project files that later run on the host read-only\: all that are known (strict), those of git, or none \[default\: strict\]]:LEVEL:(strict git off)' \
            '(--read-only)--read-only[Make the box'\''s root file system read-only]' \
            '(--memory)--memory=[Memory limit, e.g. 512m or 4g]:SIZE: ' \
            '(--cpus)--cpus=[CPU limit, e.g. 1.5]:N: ' \
            '(--pids)--pids=[Limit of processes and threads]:N: ' \
            '(--allow-nested-sandbox)--allow-nested-sandbox[Relax the box so far that the agent can start sandboxes of its own]' \
            '(--json)--json[Print JSON]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--project -p)-p+[Directory whose .mino.toml applies; the box gets a scratch project \[default\: the current one\]]:DIR:_files -/' \
            '*-e+[Set a variable in the box; KEY alone takes the value from here]:KEY\[=VALUE\]: ' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'explain')
        _arguments -s -S -C \
            '(--name -n)--name=[Name of the session \[default\: a random one\]]:NAME: ' \
            '(--project -p)--project=[Project directory, the only one the agent can write to \[default\: the current one\]]:DIR:_files -/' \
            '(--image --layers)--image=[Container image, or "host" for the programs of this machine, read-only and without an image]:IMAGE:_mino_images' \
            '(--image)*--layers=[Layers on the base image instead of an image, by commas; see "mino layers"]:NAMES: ' \
            '(--entrypoint)--entrypoint=[Replace the image'\''s entrypoint; empty (--entrypoint=) for none]:PROGRAM: ' \
            '*--env=[Set a variable in the box; KEY alone takes the value from here]:KEY\[=VALUE\]: ' \
            '*--volume=[Mount a file or directory; options ro, rw, z, Z]:HOST\:BOX\[\:ro\]:_files' \
            '*--host-path=[With --image host\: also show this directory to the agent, read-only]:DIR:_files -/' \
            '(--detach -d)--detach[Run in the background and print the session'\''s name]' \
            '(--tty --no-tty -t)--tty[Give the agent a terminal, or none \[default\: when stdin and stdout are terminals\]]' \
            '(--tty --no-tty -t)--no-tty[Give the agent a terminal, or none \[default\: when stdin and stdout are terminals\]]' \
            '(--network)--network=[Network of the box]:MODE:(bridge host none)' \
            '(--network-preset)*--network-allow=[The only destinations the box may reach, by commas\: HOST\:PORT, *.DOMAIN\:PORT, HOST\:*, ADDRESS\:PORT, BLOCK/LENGTH\:PORT]:RULES: ' \
            '(--network-preset --network-allow)--network-preset=[A ready-made list of destinations in place of --network-allow]:PRESET:(dev registries)' \
            '(--network-allow-private)--network-allow-private[Let allowed names resolve to addresses of private networks]' \
            '(--network-engine)--network-engine=[What enforces the list of destinations \[default\: auto\]]:ENGINE:(auto gateway iptables)' \
            '(--protect)--protect=[Keep project files that later run on the host read-only\: all that are known (strict), those of git, or none \[default\: strict\]]:LEVEL:(strict git off)' \
            '(--read-only)--read-only[Make the box'\''s root file system read-only]' \
            '(--no-home)--no-home[Use a fresh home directory that is dropped afterwards]' \
            '(--no-cache --cache-fresh)--no-cache[Use no dependency caches]' \
            '(--cache-fresh --no-cache)--cache-fresh[Start with empty dependency caches and keep these from now on]' \
            '(--memory)--memory=[Memory limit, e.g. 512m or 4g]:SIZE: ' \
            '(--cpus)--cpus=[CPU limit, e.g. 1.5]:N: ' \
            '(--pids)--pids=[Limit of processes and threads]:N: ' \
            '(--ssh-agent --no-ssh-agent)--ssh-agent[Let the box use the keys of your SSH agent, or not \[default\: yes\]]' \
            '(--ssh-agent --no-ssh-agent)--no-ssh-agent[Let the box use the keys of your SSH agent, or not \[default\: yes\]]' \
            '(--aws)--aws[Give the box temporary AWS credentials]' \
            '(--gcp)--gcp[Give the box a Google Cloud access token]' \
            '(--azure)--azure[Give the box an Azure access token]' \
            '(--all-clouds)--all-clouds[All three of --aws, --gcp and --azure]' \
            '(--github --no-github)--github[Give the box the GitHub token of gh, or not \[default\: when gh has one\]]' \
            '(--github --no-github)--no-github[Give the box the GitHub token of gh, or not \[default\: when gh has one\]]' \
            '(--strict-credentials)--strict-credentials[Start nothing when a credential cannot be had]' \
            '(--rm --keep)--rm[Remove the container afterwards (default)]' \
            '(--keep --rm)--keep[Keep the stopped container]' \
            '(--allow-sensitive-project)--allow-sensitive-project[Allow a project that is, contains or lies in a sensitive directory (/, the home directory, ~/.ssh, ...)]' \
            '(--allow-nested-sandbox)--allow-nested-sandbox[Relax the box so far that the agent can start sandboxes of its own]' \
            '(--json)--json[Print JSON]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--name -n)-n+[Name of the session \[default\: a random one\]]:NAME: ' \
            '(--project -p)-p+[Project directory, the only one the agent can write to \[default\: the current one\]]:DIR:_files -/' \
            '*-e+[Set a variable in the box; KEY alone takes the value from here]:KEY\[=VALUE\]: ' \
            '(--detach -d)-d[Run in the background and print the session'\''s name]' \
            '(--tty --no-tty -t)-t[Give the agent a terminal, or none \[default\: when stdin and stdout are terminals\]]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1::SESSION:_mino_running_sessions' \
            '2::HOST\:PORT: '
        ;;
    'config')
        _arguments -s -S -C \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1: :_mino_config_commands' '*::argument:->arguments'
        [[ $state == arguments ]] && _mino_subcommand "config $line[1]"
        ;;
    'config show')
        _arguments -s -S -C \
            '(--format -f --json)--format=[How to print \[default\: table\]]:FORMAT:(table json plain)' \
            '(--json --format -f)--json[Same as --format json]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--format -f --json)-f+[How to print \[default\: table\]]:FORMAT:(table json plain)' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'config get')
        _arguments -s -S -C \
            '(--json)--json[Print JSON]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1:KEY:_mino_config_keys'
        ;;
    'config set')
        _arguments -s -S -C \
            '(--local)--local[Use the project'\''s .mino.toml instead of the user'\''s file]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1:KEY:_mino_config_keys' \
            '2:VALUE:_mino_config_values'
        ;;
    'config path')
        _arguments -s -S -C \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'config init')
        _arguments -s -S -C \
            '(--force -f)--force[Replace a file that is already there]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--force -f)-f[Replace a file that is already there]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'config edit')
        _arguments -s -S -C \
            '(--local)--local[Use the project'\''s .mino.toml instead of the user'\''s file]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'init')
        _arguments -s -S -C \
            '(--force -f)--force[Replace a .mino.toml that is already there]' \
            '(--path -p)--path=[Where to put it \[default\: the current directory\]]:DIR:_files -/' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--force -f)-f[Replace a .mino.toml that is already there]' \
            '(--path -p)-p+[Where to put it \[default\: the current directory\]]:DIR:_files -/' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'trust')
        _arguments -s -S -C \
            '(--list --revoke)--list[Show what is approved]' \
            '(--revoke --list)--revoke[Take the approval back]' \
            '(--json)--json[With --list\: print JSON]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1::PATH:_files'
        ;;
    'completions')
        _arguments -s -S -C \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '1:SHELL:(bash zsh fish elvish powershell)'
        ;;
    'version')
        _arguments -s -S -C \
            '(--json)--json[Print JSON]' \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]'
        ;;
    'help')
        _arguments -s -S -C \
            '(--quiet -q)*--verbose[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)--quiet[Say nothing but errors]' \
            '(--config -c)--config=[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--no-local)--no-local[Do not look for a project'\''s .mino.toml]' \
            '(--trust-local)--trust-local[Apply the project'\''s .mino.toml without asking]' \
            '(--help -h)--help[Show help]' \
            '(--version -V)--version[Show the version]' \
            '(--quiet -q)*-v[Say more; twice for debugging]' \
            '(--quiet -q --verbose -v)-q[Say nothing but errors]' \
            '(--config -c)-c+[Configuration file to use instead of the user'\''s]:PATH:_files' \
            '(--help -h)-h[Show help]' \
            '(--version -V)-V[Show the version]' \
            '*:COMMAND:_mino_commands'
        ;;
    esac
}

_mino() {
    local curcontext=$curcontext state line
    typeset -A opt_args
    local -i dashes=${words[(ie)--]}
    if (( dashes < CURRENT )); then
        words=("${(@)words[dashes + 1, -1]}")
        (( CURRENT -= dashes ))
        _normal
        return
    fi
    _mino_subcommand ''
}

if [[ $funcstack[1] == _mino ]]; then
    _mino "$@"
else
    compdef _mino mino
fi
