# fish completion for mino

# The command that the words so far name ("config set"), and what follows it without options: the first line is the command,
# each further one a word. "--" as the first line: the command in the box has begun.
function __mino_words
    set -l words (commandline -opc)
    set -e words[1]
    set -l path ''
    set -l rest
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
            continue
        end
        if test "$word" = --
            set path --
            set rest
            break
        end
        switch "$path $word"
            case '* --config' '* -c'
                set skip 1
            case 'run --name' 'run -n'
                set skip 1
            case 'run --project' 'run -p'
                set skip 1
            case 'run --image'
                set skip 1
            case 'run --layers'
                set skip 1
            case 'run --entrypoint'
                set skip 1
            case 'run --env' 'run -e'
                set skip 1
            case 'run --volume'
                set skip 1
            case 'run --host-path'
                set skip 1
            case 'run --network'
                set skip 1
            case 'run --network-allow'
                set skip 1
            case 'run --network-preset'
                set skip 1
            case 'run --network-engine'
                set skip 1
            case 'run --protect'
                set skip 1
            case 'run --memory'
                set skip 1
            case 'run --cpus'
                set skip 1
            case 'run --pids'
                set skip 1
            case 'exec --env' 'exec -e'
                set skip 1
            case 'list --format' 'list -f'
                set skip 1
            case 'stop --time'
                set skip 1
            case 'logs --lines' 'logs -l'
                set skip 1
            case 'cache list --format' 'cache list -f'
                set skip 1
            case 'cache info --project' 'cache info -p'
                set skip 1
            case 'cache info --format' 'cache info -f'
                set skip 1
            case 'cache gc --days'
                set skip 1
            case 'layers list --format' 'layers list -f'
                set skip 1
            case 'layers list --project' 'layers list -p'
                set skip 1
            case 'layers show --project' 'layers show -p'
                set skip 1
            case 'layers build --from'
                set skip 1
            case 'layers build --tools'
                set skip 1
            case 'layers build --project' 'layers build -p'
                set skip 1
            case 'status --image'
                set skip 1
            case 'selftest --project' 'selftest -p'
                set skip 1
            case 'selftest --image'
                set skip 1
            case 'selftest --layers'
                set skip 1
            case 'selftest --env' 'selftest -e'
                set skip 1
            case 'selftest --volume'
                set skip 1
            case 'selftest --host-path'
                set skip 1
            case 'selftest --network'
                set skip 1
            case 'selftest --network-allow'
                set skip 1
            case 'selftest --network-preset'
                set skip 1
            case 'selftest --network-engine'
                set skip 1
            case 'selftest --protect'
                set skip 1
            case 'selftest --memory'
                set skip 1
            case 'selftest --cpus'
                set skip 1
            case 'selftest --pids'
                set skip 1
            case 'explain --name' 'explain -n'
                set skip 1
            case 'explain --project' 'explain -p'
                set skip 1
            case 'explain --image'
                set skip 1
            case 'explain --layers'
                set skip 1
            case 'explain --entrypoint'
                set skip 1
            case 'explain --env' 'explain -e'
                set skip 1
            case 'explain --volume'
                set skip 1
            case 'explain --host-path'
                set skip 1
            case 'explain --network'
                set skip 1
            case 'explain --network-allow'
                set skip 1
            case 'explain --network-preset'
                set skip 1
            case 'explain --network-engine'
                set skip 1
            case 'explain --protect'
                set skip 1
            case 'explain --memory'
                set skip 1
            case 'explain --cpus'
                set skip 1
            case 'explain --pids'
                set skip 1
            case 'config show --format' 'config show -f'
                set skip 1
            case 'init --path' 'init -p'
                set skip 1
            case '* -?*'
            case ' run'
                set path 'run'
            case ' exec'
                set path 'exec'
            case ' list'
                set path 'list'
            case ' stop'
                set path 'stop'
            case ' logs'
                set path 'logs'
            case ' report'
                set path 'report'
            case ' network'
                set path 'network'
            case ' cache'
                set path 'cache'
            case ' layers'
                set path 'layers'
            case ' status'
                set path 'status'
            case ' selftest'
                set path 'selftest'
            case ' explain'
                set path 'explain'
            case ' config'
                set path 'config'
            case ' init'
                set path 'init'
            case ' trust'
                set path 'trust'
            case ' completions'
                set path 'completions'
            case ' version'
                set path 'version'
            case ' help'
                set path 'help'
            case 'network list'
                set path 'network list'
            case 'network allow'
                set path 'network allow'
            case 'network deny'
                set path 'network deny'
            case 'cache list'
                set path 'cache list'
            case 'cache info'
                set path 'cache info'
            case 'cache gc'
                set path 'cache gc'
            case 'cache clear'
                set path 'cache clear'
            case 'layers list'
                set path 'layers list'
            case 'layers show'
                set path 'layers show'
            case 'layers build'
                set path 'layers build'
            case 'layers new'
                set path 'layers new'
            case 'config show'
                set path 'config show'
            case 'config get'
                set path 'config get'
            case 'config set'
                set path 'config set'
            case 'config path'
                set path 'config path'
            case 'config init'
                set path 'config init'
            case 'config edit'
                set path 'config edit'
            case '*'
                set -a rest $word
        end
    end
    printf '%s\n' "$path" $rest
end

function __mino_at
    set -l words (__mino_words)
    test "$words[1]" = "$argv[1]"
    and test (count $argv) -lt 2 -o (count $words) -eq (math 1 + "0$argv[2]")
end

function __mino_key_is
    set -l words (__mino_words)
    test "$words[1]" = 'config set' -a (count $words) -eq 2 -a "$words[2]" = "$argv[1]"
end

function __mino_box_command
    set -l words (commandline -opc)
    set -l dashes (contains -i -- -- $words)
    set -l behind $words[(math $dashes + 1)..-1]
    complete -C (string join ' ' -- (string escape -- $behind) (commandline -ct))
end

function __mino_images
    echo host
    command podman images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null
end

complete -c mino -f
complete -c mino -n '__mino_at --' -a '(__mino_box_command)'
complete -c mino -n 'not __mino_at --' -s v -l verbose -d 'Say more; twice for debugging'
complete -c mino -n 'not __mino_at --' -s q -l quiet -d 'Say nothing but errors'
complete -c mino -n 'not __mino_at --' -s c -l config -r -F -d 'Configuration file to use instead of the user\'s'
complete -c mino -n 'not __mino_at --' -l no-local -d 'Do not look for a project\'s .mino.toml'
complete -c mino -n 'not __mino_at --' -l trust-local -d 'Apply the project\'s .mino.toml without asking'
complete -c mino -n 'not __mino_at --' -s h -l help -d 'Show help'
complete -c mino -n 'not __mino_at --' -s V -l version -d 'Show the version'
complete -c mino -n '__mino_at \'\' 0' -a run -d 'Run an agent or a shell in a new box'
complete -c mino -n '__mino_at \'\' 0' -a exec -d 'Run a command or a shell in a running session'
complete -c mino -n '__mino_at \'\' 0' -a list -d 'List sessions'
complete -c mino -n '__mino_at \'\' 0' -a stop -d 'Stop sessions'
complete -c mino -n '__mino_at \'\' 0' -a logs -d 'Show what a session printed'
complete -c mino -n '__mino_at \'\' 0' -a report -d 'Show what a session left for the host to run'
complete -c mino -n '__mino_at \'\' 0' -a network -d 'Show and change what a running session may reach'
complete -c mino -n '__mino_at \'\' 0' -a cache -d 'Manage dependency caches'
complete -c mino -n '__mino_at \'\' 0' -a layers -d 'Toolchains that are built into images'
complete -c mino -n '__mino_at \'\' 0' -a status -d 'Check whether this machine can run boxes'
complete -c mino -n '__mino_at \'\' 0' -a selftest -d 'Try from the inside whether the walls of a box stand'
complete -c mino -n '__mino_at \'\' 0' -a explain -d 'Show what a run would do, and why'
complete -c mino -n '__mino_at \'\' 0' -a config -d 'Show and change the configuration'
complete -c mino -n '__mino_at \'\' 0' -a init -d 'Write a commented .mino.toml for a project'
complete -c mino -n '__mino_at \'\' 0' -a trust -d 'Approve a project\'s .mino.toml'
complete -c mino -n '__mino_at \'\' 0' -a completions -d 'Print a completion script for a shell'
complete -c mino -n '__mino_at \'\' 0' -a version -d 'Show the version'
complete -c mino -n '__mino_at \'\' 0' -a help -d 'Show help for mino or a command'
complete -c mino -n '__mino_at \'run\'' -s n -l name -x -d 'Name of the session [default: a random one]'
complete -c mino -n '__mino_at \'run\'' -s p -l project -x -a '(__fish_complete_directories)' -d 'Project directory, the only one the agent can write to [default: the current one]'
complete -c mino -n '__mino_at \'run\'' -l image -x -a '(__mino_images)' -d 'Container image, or "host" for the programs of this machine, read-only and without an image'
complete -c mino -n '__mino_at \'run\'' -l layers -x -d 'Layers on the base image instead of an image, by commas; see "mino layers"'
complete -c mino -n '__mino_at \'run\'' -l entrypoint -x -d 'Replace the image\'s entrypoint; empty (--entrypoint=) for none'
complete -c mino -n '__mino_at \'run\'' -s e -l env -x -d 'Set a variable in the box; KEY alone takes the value from here'
complete -c mino -n '__mino_at \'run\'' -l volume -r -F -d 'Mount a file or directory; options ro, rw, z, Z'
complete -c mino -n '__mino_at \'run\'' -l host-path -x -a '(__fish_complete_directories)' -d 'With --image host: also show this directory to the agent, read-only'
complete -c mino -n '__mino_at \'run\'' -s d -l detach -d 'Run in the background and print the session\'s name'
complete -c mino -n '__mino_at \'run\'' -s t -l tty -d 'Give the agent a terminal, or none [default: when stdin and stdout are terminals]'
complete -c mino -n '__mino_at \'run\'' -l no-tty -d 'Give the agent a terminal, or none [default: when stdin and stdout are terminals]'
complete -c mino -n '__mino_at \'run\'' -l network -x -a 'bridge host none' -d 'Network of the box'
complete -c mino -n '__mino_at \'run\'' -l network-allow -x -d 'The only destinations the box may reach, by commas: HOST:PORT, *.DOMAIN:PORT, HOST:*, ADDRESS:PORT, BLOCK/LENGTH:PORT'
complete -c mino -n '__mino_at \'run\'' -l network-preset -x -a 'dev registries' -d 'A ready-made list of destinations in place of --network-allow'
complete -c mino -n '__mino_at \'run\'' -l network-allow-private -d 'Let allowed names resolve to addresses of private networks'
complete -c mino -n '__mino_at \'run\'' -l network-engine -x -a 'auto gateway iptables' -d 'What enforces the list of destinations [default: auto]'
complete -c mino -n '__mino_at \'run\'' -l protect -x -a 'strict git off' -d 'Keep project files that later run on the host read-only: all that are known (strict), those of git, or none [default: strict]'
complete -c mino -n '__mino_at \'run\'' -l read-only -d 'Make the box\'s root file system read-only'
complete -c mino -n '__mino_at \'run\'' -l no-home -d 'Use a fresh home directory that is dropped afterwards'
complete -c mino -n '__mino_at \'run\'' -l no-cache -d 'Use no dependency caches'
complete -c mino -n '__mino_at \'run\'' -l cache-fresh -d 'Start with empty dependency caches and keep these from now on'
complete -c mino -n '__mino_at \'run\'' -l memory -x -d 'Memory limit, e.g. 512m or 4g'
complete -c mino -n '__mino_at \'run\'' -l cpus -x -d 'CPU limit, e.g. 1.5'
complete -c mino -n '__mino_at \'run\'' -l pids -x -d 'Limit of processes and threads'
complete -c mino -n '__mino_at \'run\'' -l ssh-agent -d 'Let the box use the keys of your SSH agent, or not [default: yes]'
complete -c mino -n '__mino_at \'run\'' -l no-ssh-agent -d 'Let the box use the keys of your SSH agent, or not [default: yes]'
complete -c mino -n '__mino_at \'run\'' -l aws -d 'Give the box temporary AWS credentials'
complete -c mino -n '__mino_at \'run\'' -l gcp -d 'Give the box a Google Cloud access token'
complete -c mino -n '__mino_at \'run\'' -l azure -d 'Give the box an Azure access token'
complete -c mino -n '__mino_at \'run\'' -l all-clouds -d 'All three of --aws, --gcp and --azure'
complete -c mino -n '__mino_at \'run\'' -l github -d 'Give the box the GitHub token of gh, or not [default: when gh has one]'
complete -c mino -n '__mino_at \'run\'' -l no-github -d 'Give the box the GitHub token of gh, or not [default: when gh has one]'
complete -c mino -n '__mino_at \'run\'' -l strict-credentials -d 'Start nothing when a credential cannot be had'
complete -c mino -n '__mino_at \'run\'' -l rm -d 'Remove the container afterwards (default)'
complete -c mino -n '__mino_at \'run\'' -l keep -d 'Keep the stopped container'
complete -c mino -n '__mino_at \'run\'' -l allow-sensitive-project -d 'Allow a project that is, contains or lies in a sensitive directory (/, the home directory, ~/.ssh, ...)'
complete -c mino -n '__mino_at \'run\'' -l allow-nested-sandbox -d 'Relax the box so far that the agent can start sandboxes of its own'
complete -c mino -n '__mino_at \'run\'' -l dry-run -d 'Print what would be run and what it may reach; start nothing'
complete -c mino -n '__mino_at \'run\'' -l json -d 'With --dry-run: print JSON'
complete -c mino -n '__mino_at \'exec\'' -s e -l env -x -d 'Set a variable for this command; KEY alone takes the value from here'
complete -c mino -n '__mino_at \'exec\'' -s t -l tty -d 'Give the command a terminal, or none [default: when stdin and stdout are terminals]'
complete -c mino -n '__mino_at \'exec\'' -l no-tty -d 'Give the command a terminal, or none [default: when stdin and stdout are terminals]'
complete -c mino -n '__mino_at \'exec\' 0' -a '(command mino list -f plain 2>/dev/null)'
complete -c mino -n '__mino_at \'list\'' -s a -l all -d 'Show finished sessions too'
complete -c mino -n '__mino_at \'list\'' -s f -l format -x -a 'table json plain' -d 'How to print [default: table]'
complete -c mino -n '__mino_at \'list\'' -l json -d 'Same as --format json'
complete -c mino -n '__mino_at \'stop\'' -s f -l force -d 'Kill at once instead of asking the agent to end'
complete -c mino -n '__mino_at \'stop\'' -l time -x -d 'How long the agent may take to end [default: 10]'
complete -c mino -n '__mino_at \'stop\'' -a '(command mino list -f plain 2>/dev/null)'
complete -c mino -n '__mino_at \'logs\'' -l network -d 'Show what the session reached and what it was refused instead'
complete -c mino -n '__mino_at \'logs\'' -s f -l follow -d 'Keep printing until the session ends'
complete -c mino -n '__mino_at \'logs\'' -s l -l lines -x -d 'How many of the last lines to show, 0 for all [default: 100]'
complete -c mino -n '__mino_at \'logs\' 0' -a '(command mino list --all -f plain 2>/dev/null)'
complete -c mino -n '__mino_at \'report\'' -l full -d 'Look at every file of the project now, not only where something was created'
complete -c mino -n '__mino_at \'report\'' -l quarantine -d 'Look now, ask, and defuse what is dangerous'
complete -c mino -n '__mino_at \'report\'' -s y -l yes -d 'Defuse without asking'
complete -c mino -n '__mino_at \'report\'' -l json -d 'Print JSON'
complete -c mino -n '__mino_at \'report\' 0' -a '(command mino list --all -f plain 2>/dev/null)'
complete -c mino -n '__mino_at \'network\' 0' -a list -d 'List the rules and where they come from'
complete -c mino -n '__mino_at \'network\' 0' -a allow -d 'Add rules'
complete -c mino -n '__mino_at \'network\' 0' -a deny -d 'Take rules away'
complete -c mino -n '__mino_at \'network list\'' -l json -d 'Print JSON'
complete -c mino -n '__mino_at \'network list\' 0' -a '(command mino list -f plain 2>/dev/null)'
complete -c mino -n '__mino_at \'network allow\' 0' -a '(command mino list -f plain 2>/dev/null)'
complete -c mino -n '__mino_at \'network deny\' 0' -a '(command mino list -f plain 2>/dev/null)'
complete -c mino -n '__mino_at \'cache\' 0' -a list -d 'List caches and home volumes (default)'
complete -c mino -n '__mino_at \'cache\' 0' -a info -d 'Show the caches of a project and the lockfiles that name them'
complete -c mino -n '__mino_at \'cache\' 0' -a gc -d 'Remove what is not needed any more'
complete -c mino -n '__mino_at \'cache\' 0' -a clear -d 'Remove all caches, home volumes or images of mino\'s'
complete -c mino -n '__mino_at \'cache list\'' -s f -l format -x -a 'table json plain' -d 'How to print [default: table]'
complete -c mino -n '__mino_at \'cache list\'' -l json -d 'Same as --format json'
complete -c mino -n '__mino_at \'cache info\'' -s p -l project -x -a '(__fish_complete_directories)' -d 'Project directory [default: the current one]'
complete -c mino -n '__mino_at \'cache info\'' -s f -l format -x -a 'table json plain' -d 'How to print [default: table]'
complete -c mino -n '__mino_at \'cache info\'' -l json -d 'Same as --format json'
complete -c mino -n '__mino_at \'cache gc\'' -l days -x -d 'Remove caches that were not used for N days; 0 keeps them [default: cache.gc_days]'
complete -c mino -n '__mino_at \'cache gc\'' -l dry-run -d 'Print what would be removed; remove nothing'
complete -c mino -n '__mino_at \'cache clear\'' -l volumes -d 'The caches of package managers'
complete -c mino -n '__mino_at \'cache clear\'' -l home -d 'The home volumes of all projects'
complete -c mino -n '__mino_at \'cache clear\'' -l images -d 'Composed images and base images that were built here'
complete -c mino -n '__mino_at \'cache clear\'' -l all -d 'All of these'
complete -c mino -n '__mino_at \'cache clear\'' -s y -l yes -d 'Remove without asking'
complete -c mino -n '__mino_at \'layers\' 0' -a list -d 'List layers and where they come from (default)'
complete -c mino -n '__mino_at \'layers\' 0' -a show -d 'Show what layers are made of'
complete -c mino -n '__mino_at \'layers\' 0' -a build -d 'Build an image with layers, or the base image'
complete -c mino -n '__mino_at \'layers\' 0' -a new -d 'Write a commented layer to start from'
complete -c mino -n '__mino_at \'layers list\'' -s f -l format -x -a 'table json plain' -d 'How to print [default: table]'
complete -c mino -n '__mino_at \'layers list\'' -l json -d 'Same as --format json'
complete -c mino -n '__mino_at \'layers list\'' -s p -l project -x -a '(__fish_complete_directories)' -d 'Project whose layers and .mino.toml count [default: the current directory]'
complete -c mino -n '__mino_at \'layers show\'' -l containerfile -d 'Print how an image of them is built instead'
complete -c mino -n '__mino_at \'layers show\'' -l json -d 'Print JSON'
complete -c mino -n '__mino_at \'layers show\'' -s p -l project -x -a '(__fish_complete_directories)' -d 'Project whose layers and .mino.toml count [default: the current directory]'
complete -c mino -n '__mino_at \'layers build\'' -l force -d 'Build also when the image is there'
complete -c mino -n '__mino_at \'layers build\'' -l pull -d 'Look for a newer image to build on first'
complete -c mino -n '__mino_at \'layers build\'' -l from -x -a '(__mino_images)' -d 'For base: the distribution\'s image to build on, a Fedora, Debian or Ubuntu'
complete -c mino -n '__mino_at \'layers build\'' -l tools -x -a 'full minimal' -d 'For base: all tools, or only what mino\'s own parts need [default: full]'
complete -c mino -n '__mino_at \'layers build\'' -s p -l project -x -a '(__fish_complete_directories)' -d 'Project whose layers and .mino.toml count [default: the current directory]'
complete -c mino -n '__mino_at \'layers new\'' -l project -d 'Write it to the project\'s .mino/layers instead of your own'
complete -c mino -n '__mino_at \'status\'' -l image -x -a '(__mino_images)' -d 'Image to look for [default: the configured one]'
complete -c mino -n '__mino_at \'status\'' -l json -d 'Print JSON'
complete -c mino -n '__mino_at \'selftest\'' -s p -l project -x -a '(__fish_complete_directories)' -d 'Directory whose .mino.toml applies; the box gets a scratch project [default: the current one]'
complete -c mino -n '__mino_at \'selftest\'' -l image -x -a '(__mino_images)' -d 'Container image, or "host" for the programs of this machine, read-only and without an image'
complete -c mino -n '__mino_at \'selftest\'' -l layers -x -d 'Layers on the base image instead of an image, by commas; see "mino layers"'
complete -c mino -n '__mino_at \'selftest\'' -s e -l env -x -d 'Set a variable in the box; KEY alone takes the value from here'
complete -c mino -n '__mino_at \'selftest\'' -l volume -r -F -d 'Mount a file or directory; options ro, rw, z, Z'
complete -c mino -n '__mino_at \'selftest\'' -l host-path -x -a '(__fish_complete_directories)' -d 'With --image host: also show this directory to the agent, read-only'
complete -c mino -n '__mino_at \'selftest\'' -l network -x -a 'bridge host none' -d 'Network of the box'
complete -c mino -n '__mino_at \'selftest\'' -l network-allow -x -d 'The only destinations the box may reach, by commas: HOST:PORT, *.DOMAIN:PORT, HOST:*, ADDRESS:PORT, BLOCK/LENGTH:PORT'
complete -c mino -n '__mino_at \'selftest\'' -l network-preset -x -a 'dev registries' -d 'A ready-made list of destinations in place of --network-allow'
complete -c mino -n '__mino_at \'selftest\'' -l network-allow-private -d 'Let allowed names resolve to addresses of private networks'
complete -c mino -n '__mino_at \'selftest\'' -l network-engine -x -a 'auto gateway iptables' -d 'What enforces the list of destinations [default: auto]'
complete -c mino -n '__mino_at \'selftest\'' -l protect -x -a 'strict git off' -d 'Keep project files that later run on the host read-only: all that are known (strict), those of git, or none [default: strict]'
complete -c mino -n '__mino_at \'selftest\'' -l read-only -d 'Make the box\'s root file system read-only'
complete -c mino -n '__mino_at \'selftest\'' -l memory -x -d 'Memory limit, e.g. 512m or 4g'
complete -c mino -n '__mino_at \'selftest\'' -l cpus -x -d 'CPU limit, e.g. 1.5'
complete -c mino -n '__mino_at \'selftest\'' -l pids -x -d 'Limit of processes and threads'
complete -c mino -n '__mino_at \'selftest\'' -l allow-nested-sandbox -d 'Relax the box so far that the agent can start sandboxes of its own'
complete -c mino -n '__mino_at \'selftest\'' -l json -d 'Print JSON'
complete -c mino -n '__mino_at \'explain\'' -s n -l name -x -d 'Name of the session [default: a random one]'
complete -c mino -n '__mino_at \'explain\'' -s p -l project -x -a '(__fish_complete_directories)' -d 'Project directory, the only one the agent can write to [default: the current one]'
complete -c mino -n '__mino_at \'explain\'' -l image -x -a '(__mino_images)' -d 'Container image, or "host" for the programs of this machine, read-only and without an image'
complete -c mino -n '__mino_at \'explain\'' -l layers -x -d 'Layers on the base image instead of an image, by commas; see "mino layers"'
complete -c mino -n '__mino_at \'explain\'' -l entrypoint -x -d 'Replace the image\'s entrypoint; empty (--entrypoint=) for none'
complete -c mino -n '__mino_at \'explain\'' -s e -l env -x -d 'Set a variable in the box; KEY alone takes the value from here'
complete -c mino -n '__mino_at \'explain\'' -l volume -r -F -d 'Mount a file or directory; options ro, rw, z, Z'
complete -c mino -n '__mino_at \'explain\'' -l host-path -x -a '(__fish_complete_directories)' -d 'With --image host: also show this directory to the agent, read-only'
complete -c mino -n '__mino_at \'explain\'' -s d -l detach -d 'Run in the background and print the session\'s name'
complete -c mino -n '__mino_at \'explain\'' -s t -l tty -d 'Give the agent a terminal, or none [default: when stdin and stdout are terminals]'
complete -c mino -n '__mino_at \'explain\'' -l no-tty -d 'Give the agent a terminal, or none [default: when stdin and stdout are terminals]'
complete -c mino -n '__mino_at \'explain\'' -l network -x -a 'bridge host none' -d 'Network of the box'
complete -c mino -n '__mino_at \'explain\'' -l network-allow -x -d 'The only destinations the box may reach, by commas: HOST:PORT, *.DOMAIN:PORT, HOST:*, ADDRESS:PORT, BLOCK/LENGTH:PORT'
complete -c mino -n '__mino_at \'explain\'' -l network-preset -x -a 'dev registries' -d 'A ready-made list of destinations in place of --network-allow'
complete -c mino -n '__mino_at \'explain\'' -l network-allow-private -d 'Let allowed names resolve to addresses of private networks'
complete -c mino -n '__mino_at \'explain\'' -l network-engine -x -a 'auto gateway iptables' -d 'What enforces the list of destinations [default: auto]'
complete -c mino -n '__mino_at \'explain\'' -l protect -x -a 'strict git off' -d 'Keep project files that later run on the host read-only: all that are known (strict), those of git, or none [default: strict]'
complete -c mino -n '__mino_at \'explain\'' -l read-only -d 'Make the box\'s root file system read-only'
complete -c mino -n '__mino_at \'explain\'' -l no-home -d 'Use a fresh home directory that is dropped afterwards'
complete -c mino -n '__mino_at \'explain\'' -l no-cache -d 'Use no dependency caches'
complete -c mino -n '__mino_at \'explain\'' -l cache-fresh -d 'Start with empty dependency caches and keep these from now on'
complete -c mino -n '__mino_at \'explain\'' -l memory -x -d 'Memory limit, e.g. 512m or 4g'
complete -c mino -n '__mino_at \'explain\'' -l cpus -x -d 'CPU limit, e.g. 1.5'
complete -c mino -n '__mino_at \'explain\'' -l pids -x -d 'Limit of processes and threads'
complete -c mino -n '__mino_at \'explain\'' -l ssh-agent -d 'Let the box use the keys of your SSH agent, or not [default: yes]'
complete -c mino -n '__mino_at \'explain\'' -l no-ssh-agent -d 'Let the box use the keys of your SSH agent, or not [default: yes]'
complete -c mino -n '__mino_at \'explain\'' -l aws -d 'Give the box temporary AWS credentials'
complete -c mino -n '__mino_at \'explain\'' -l gcp -d 'Give the box a Google Cloud access token'
complete -c mino -n '__mino_at \'explain\'' -l azure -d 'Give the box an Azure access token'
complete -c mino -n '__mino_at \'explain\'' -l all-clouds -d 'All three of --aws, --gcp and --azure'
complete -c mino -n '__mino_at \'explain\'' -l github -d 'Give the box the GitHub token of gh, or not [default: when gh has one]'
complete -c mino -n '__mino_at \'explain\'' -l no-github -d 'Give the box the GitHub token of gh, or not [default: when gh has one]'
complete -c mino -n '__mino_at \'explain\'' -l strict-credentials -d 'Start nothing when a credential cannot be had'
complete -c mino -n '__mino_at \'explain\'' -l rm -d 'Remove the container afterwards (default)'
complete -c mino -n '__mino_at \'explain\'' -l keep -d 'Keep the stopped container'
complete -c mino -n '__mino_at \'explain\'' -l allow-sensitive-project -d 'Allow a project that is, contains or lies in a sensitive directory (/, the home directory, ~/.ssh, ...)'
complete -c mino -n '__mino_at \'explain\'' -l allow-nested-sandbox -d 'Relax the box so far that the agent can start sandboxes of its own'
complete -c mino -n '__mino_at \'explain\'' -l json -d 'Print JSON'
complete -c mino -n '__mino_at \'explain\' 0' -a '(command mino list -f plain 2>/dev/null)'
complete -c mino -n '__mino_at \'config\' 0' -a show -d 'Show every value with its origin (default)'
complete -c mino -n '__mino_at \'config\' 0' -a get -d 'Print one value'
complete -c mino -n '__mino_at \'config\' 0' -a set -d 'Change one value'
complete -c mino -n '__mino_at \'config\' 0' -a path -d 'Print where the configuration file is'
complete -c mino -n '__mino_at \'config\' 0' -a init -d 'Write a commented configuration file'
complete -c mino -n '__mino_at \'config\' 0' -a edit -d 'Open the configuration file in $EDITOR and check it'
complete -c mino -n '__mino_at \'config show\'' -s f -l format -x -a 'table json plain' -d 'How to print [default: table]'
complete -c mino -n '__mino_at \'config show\'' -l json -d 'Same as --format json'
complete -c mino -n '__mino_at \'config get\'' -l json -d 'Print JSON'
complete -c mino -n '__mino_at \'config get\' 0' -a 'general.verbose container.image container.network'
complete -c mino -n '__mino_at \'config set\'' -l local -d 'Use the project\'s .mino.toml instead of the user\'s file'
complete -c mino -n '__mino_at \'config set\' 0' -a 'general.verbose container.image container.network'
complete -c mino -n '__mino_at \'config init\'' -s f -l force -d 'Replace a file that is already there'
complete -c mino -n '__mino_at \'config edit\'' -l local -d 'Use the project\'s .mino.toml instead of the user\'s file'
complete -c mino -n '__mino_at \'init\'' -s f -l force -d 'Replace a .mino.toml that is already there'
complete -c mino -n '__mino_at \'init\'' -s p -l path -x -a '(__fish_complete_directories)' -d 'Where to put it [default: the current directory]'
complete -c mino -n '__mino_at \'trust\'' -l list -d 'Show what is approved'
complete -c mino -n '__mino_at \'trust\'' -l revoke -d 'Take the approval back'
complete -c mino -n '__mino_at \'trust\'' -l json -d 'With --list: print JSON'
complete -c mino -n '__mino_at \'trust\' 0' -F
complete -c mino -n '__mino_at \'completions\' 0' -a 'bash zsh fish elvish powershell'
complete -c mino -n '__mino_at \'version\'' -l json -d 'Print JSON'
complete -c mino -n '__mino_at \'help\' 0' -a run -d 'Run an agent or a shell in a new box'
complete -c mino -n '__mino_at \'help\' 0' -a exec -d 'Run a command or a shell in a running session'
complete -c mino -n '__mino_at \'help\' 0' -a list -d 'List sessions'
complete -c mino -n '__mino_at \'help\' 0' -a stop -d 'Stop sessions'
complete -c mino -n '__mino_at \'help\' 0' -a logs -d 'Show what a session printed'
complete -c mino -n '__mino_at \'help\' 0' -a report -d 'Show what a session left for the host to run'
complete -c mino -n '__mino_at \'help\' 0' -a network -d 'Show and change what a running session may reach'
complete -c mino -n '__mino_at \'help\' 0' -a cache -d 'Manage dependency caches'
complete -c mino -n '__mino_at \'help\' 0' -a layers -d 'Toolchains that are built into images'
complete -c mino -n '__mino_at \'help\' 0' -a status -d 'Check whether this machine can run boxes'
complete -c mino -n '__mino_at \'help\' 0' -a selftest -d 'Try from the inside whether the walls of a box stand'
complete -c mino -n '__mino_at \'help\' 0' -a explain -d 'Show what a run would do, and why'
complete -c mino -n '__mino_at \'help\' 0' -a config -d 'Show and change the configuration'
complete -c mino -n '__mino_at \'help\' 0' -a init -d 'Write a commented .mino.toml for a project'
complete -c mino -n '__mino_at \'help\' 0' -a trust -d 'Approve a project\'s .mino.toml'
complete -c mino -n '__mino_at \'help\' 0' -a completions -d 'Print a completion script for a shell'
complete -c mino -n '__mino_at \'help\' 0' -a version -d 'Show the version'
complete -c mino -n '__mino_at \'help\' 0' -a help -d 'Show help for mino or a command'
complete -c mino -n '__mino_key_is general.verbose' -a 'true false'
complete -c mino -n '__mino_key_is container.network' -a 'bridge none'
