# bash completion for mino                                    -*- shell-script -*-

_mino_offer() {
    local current=$1 word
    shift
    for word in "$@"; do
        [[ $word == "$current"* ]] && COMPREPLY+=("$word")
    done
}

_mino_offer_lines() {
    local current=$1 line
    while IFS= read -r line; do
        [[ -n $line && $line == "$current"* ]] && COMPREPLY+=("$line")
    done
}

_mino_offer_files() {
    local line
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(compgen "$1" -- "$2")
    compopt -o filenames 2>/dev/null
}

_mino_offer_command() {
    local first=$1 current=${COMP_WORDS[COMP_CWORD]} line
    if declare -F _command_offset >/dev/null; then
        _command_offset "$first"
    elif (( COMP_CWORD == first )); then
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done < <(compgen -c -- "$current" | sort -u)
    else
        _mino_offer_files -f "$current"
    fi
}

_mino_takes_value() {
    case "$1 $2" in
    *' --config' | *' -c' | \
    'run --name' | 'run -n' | \
    'run --project' | 'run -p' | \
    'run --image' | \
    'run --layers' | \
    'run --entrypoint' | \
    'run --env' | 'run -e' | \
    'run --volume' | \
    'run --host-path' | \
    'run --network' | \
    'run --network-allow' | \
    'run --network-preset' | \
    'run --network-engine' | \
    'run --protect' | \
    'run --memory' | \
    'run --cpus' | \
    'run --pids' | \
    'exec --env' | 'exec -e' | \
    'list --format' | 'list -f' | \
    'stop --time' | \
    'logs --lines' | 'logs -l' | \
    'cache list --format' | 'cache list -f' | \
    'cache info --project' | 'cache info -p' | \
    'cache info --format' | 'cache info -f' | \
    'cache gc --days' | \
    'layers list --format' | 'layers list -f' | \
    'layers list --project' | 'layers list -p' | \
    'layers show --project' | 'layers show -p' | \
    'layers build --from' | \
    'layers build --tools' | \
    'layers build --project' | 'layers build -p' | \
    'status --image' | \
    'selftest --project' | 'selftest -p' | \
    'selftest --image' | \
    'selftest --layers' | \
    'selftest --env' | 'selftest -e' | \
    'selftest --volume' | \
    'selftest --host-path' | \
    'selftest --network' | \
    'selftest --network-allow' | \
    'selftest --network-preset' | \
    'selftest --network-engine' | \
    'selftest --protect' | \
    'selftest --memory' | \
    'selftest --cpus' | \
    'selftest --pids' | \
    'explain --name' | 'explain -n' | \
    'explain --project' | 'explain -p' | \
    'explain --image' | \
    'explain --layers' | \
    'explain --entrypoint' | \
    'explain --env' | 'explain -e' | \
    'explain --volume' | \
    'explain --host-path' | \
    'explain --network' | \
    'explain --network-allow' | \
    'explain --network-preset' | \
    'explain --network-engine' | \
    'explain --protect' | \
    'explain --memory' | \
    'explain --cpus' | \
    'explain --pids' | \
    'config show --format' | 'config show -f' | \
    'init --path' | 'init -p')
        return 0 ;;
    esac
    return 1
}

_mino_path_after() {
    case "$1:$2" in
    ':run') echo 'run' ;;
    ':exec') echo 'exec' ;;
    ':list') echo 'list' ;;
    ':stop') echo 'stop' ;;
    ':logs') echo 'logs' ;;
    ':report') echo 'report' ;;
    ':network') echo 'network' ;;
    ':cache') echo 'cache' ;;
    ':layers') echo 'layers' ;;
    ':status') echo 'status' ;;
    ':selftest') echo 'selftest' ;;
    ':explain') echo 'explain' ;;
    ':config') echo 'config' ;;
    ':init') echo 'init' ;;
    ':trust') echo 'trust' ;;
    ':completions') echo 'completions' ;;
    ':version') echo 'version' ;;
    ':help') echo 'help' ;;
    'network:list') echo 'network list' ;;
    'network:allow') echo 'network allow' ;;
    'network:deny') echo 'network deny' ;;
    'cache:list') echo 'cache list' ;;
    'cache:info') echo 'cache info' ;;
    'cache:gc') echo 'cache gc' ;;
    'cache:clear') echo 'cache clear' ;;
    'layers:list') echo 'layers list' ;;
    'layers:show') echo 'layers show' ;;
    'layers:build') echo 'layers build' ;;
    'layers:new') echo 'layers new' ;;
    'config:show') echo 'config show' ;;
    'config:get') echo 'config get' ;;
    'config:set') echo 'config set' ;;
    'config:path') echo 'config path' ;;
    'config:init') echo 'config init' ;;
    'config:edit') echo 'config edit' ;;
    *) return 1 ;;
    esac
}

_mino_offer_value() {
    local current=$3
    case "$1 $2" in
    *' --config' | *' -c') _mino_offer_files -f "$current" ;;
    'run --project' | 'run -p') _mino_offer_files -d "$current" ;;
    'run --image') _mino_offer_lines "$current" < <(echo host; podman images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null) ;;
    'run --volume') _mino_offer_files -f "$current" ;;
    'run --host-path') _mino_offer_files -d "$current" ;;
    'run --network') _mino_offer "$current" bridge host none ;;
    'run --network-preset') _mino_offer "$current" dev registries ;;
    'run --network-engine') _mino_offer "$current" auto gateway iptables ;;
    'run --protect') _mino_offer "$current" strict git off ;;
    'list --format' | 'list -f') _mino_offer "$current" table json plain ;;
    'cache list --format' | 'cache list -f') _mino_offer "$current" table json plain ;;
    'cache info --project' | 'cache info -p') _mino_offer_files -d "$current" ;;
    'cache info --format' | 'cache info -f') _mino_offer "$current" table json plain ;;
    'layers list --format' | 'layers list -f') _mino_offer "$current" table json plain ;;
    'layers list --project' | 'layers list -p') _mino_offer_files -d "$current" ;;
    'layers show --project' | 'layers show -p') _mino_offer_files -d "$current" ;;
    'layers build --from') _mino_offer_lines "$current" < <(echo host; podman images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null) ;;
    'layers build --tools') _mino_offer "$current" full minimal ;;
    'layers build --project' | 'layers build -p') _mino_offer_files -d "$current" ;;
    'status --image') _mino_offer_lines "$current" < <(echo host; podman images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null) ;;
    'selftest --project' | 'selftest -p') _mino_offer_files -d "$current" ;;
    'selftest --image') _mino_offer_lines "$current" < <(echo host; podman images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null) ;;
    'selftest --volume') _mino_offer_files -f "$current" ;;
    'selftest --host-path') _mino_offer_files -d "$current" ;;
    'selftest --network') _mino_offer "$current" bridge host none ;;
    'selftest --network-preset') _mino_offer "$current" dev registries ;;
    'selftest --network-engine') _mino_offer "$current" auto gateway iptables ;;
    'selftest --protect') _mino_offer "$current" strict git off ;;
    'explain --project' | 'explain -p') _mino_offer_files -d "$current" ;;
    'explain --image') _mino_offer_lines "$current" < <(echo host; podman images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null) ;;
    'explain --volume') _mino_offer_files -f "$current" ;;
    'explain --host-path') _mino_offer_files -d "$current" ;;
    'explain --network') _mino_offer "$current" bridge host none ;;
    'explain --network-preset') _mino_offer "$current" dev registries ;;
    'explain --network-engine') _mino_offer "$current" auto gateway iptables ;;
    'explain --protect') _mino_offer "$current" strict git off ;;
    'config show --format' | 'config show -f') _mino_offer "$current" table json plain ;;
    'init --path' | 'init -p') _mino_offer_files -d "$current" ;;
    esac
}

_mino_offer_option() {
    local current=$2
    case "$1" in
    '') _mino_offer "$current" --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'run') _mino_offer "$current" --name --project --image --layers --entrypoint --env --volume --host-path --detach --tty --no-tty --network --network-allow --network-preset --network-allow-private --network-engine --protect --read-only --no-home --no-cache --cache-fresh --memory --cpus --pids --ssh-agent --no-ssh-agent --aws --gcp --azure --all-clouds --github --no-github --strict-credentials --rm --keep --allow-sensitive-project --allow-nested-sandbox --dry-run --json --verbose --quiet --config --no-local --trust-local --help --version -n -p -e -d -t -v -q -c -h -V ;;
    'exec') _mino_offer "$current" --env --tty --no-tty --verbose --quiet --config --no-local --trust-local --help --version -e -t -v -q -c -h -V ;;
    'list') _mino_offer "$current" --all --format --json --verbose --quiet --config --no-local --trust-local --help --version -a -f -v -q -c -h -V ;;
    'stop') _mino_offer "$current" --force --time --verbose --quiet --config --no-local --trust-local --help --version -f -v -q -c -h -V ;;
    'logs') _mino_offer "$current" --network --follow --lines --verbose --quiet --config --no-local --trust-local --help --version -f -l -v -q -c -h -V ;;
    'report') _mino_offer "$current" --full --quarantine --yes --json --verbose --quiet --config --no-local --trust-local --help --version -y -v -q -c -h -V ;;
    'network') _mino_offer "$current" --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'network list') _mino_offer "$current" --json --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'network allow') _mino_offer "$current" --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'network deny') _mino_offer "$current" --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'cache') _mino_offer "$current" --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'cache list') _mino_offer "$current" --format --json --verbose --quiet --config --no-local --trust-local --help --version -f -v -q -c -h -V ;;
    'cache info') _mino_offer "$current" --project --format --json --verbose --quiet --config --no-local --trust-local --help --version -p -f -v -q -c -h -V ;;
    'cache gc') _mino_offer "$current" --days --dry-run --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'cache clear') _mino_offer "$current" --volumes --home --images --all --yes --verbose --quiet --config --no-local --trust-local --help --version -y -v -q -c -h -V ;;
    'layers') _mino_offer "$current" --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'layers list') _mino_offer "$current" --format --json --project --verbose --quiet --config --no-local --trust-local --help --version -f -p -v -q -c -h -V ;;
    'layers show') _mino_offer "$current" --containerfile --json --project --verbose --quiet --config --no-local --trust-local --help --version -p -v -q -c -h -V ;;
    'layers build') _mino_offer "$current" --force --pull --from --tools --project --verbose --quiet --config --no-local --trust-local --help --version -p -v -q -c -h -V ;;
    'layers new') _mino_offer "$current" --project --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'status') _mino_offer "$current" --image --json --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'selftest') _mino_offer "$current" --project --image --layers --env --volume --host-path --network --network-allow --network-preset --network-allow-private --network-engine --protect --read-only --memory --cpus --pids --allow-nested-sandbox --json --verbose --quiet --config --no-local --trust-local --help --version -p -e -v -q -c -h -V ;;
    'explain') _mino_offer "$current" --name --project --image --layers --entrypoint --env --volume --host-path --detach --tty --no-tty --network --network-allow --network-preset --network-allow-private --network-engine --protect --read-only --no-home --no-cache --cache-fresh --memory --cpus --pids --ssh-agent --no-ssh-agent --aws --gcp --azure --all-clouds --github --no-github --strict-credentials --rm --keep --allow-sensitive-project --allow-nested-sandbox --json --verbose --quiet --config --no-local --trust-local --help --version -n -p -e -d -t -v -q -c -h -V ;;
    'config') _mino_offer "$current" --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'config show') _mino_offer "$current" --format --json --verbose --quiet --config --no-local --trust-local --help --version -f -v -q -c -h -V ;;
    'config get') _mino_offer "$current" --json --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'config set') _mino_offer "$current" --local --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'config path') _mino_offer "$current" --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'config init') _mino_offer "$current" --force --verbose --quiet --config --no-local --trust-local --help --version -f -v -q -c -h -V ;;
    'config edit') _mino_offer "$current" --local --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'init') _mino_offer "$current" --force --path --verbose --quiet --config --no-local --trust-local --help --version -f -p -v -q -c -h -V ;;
    'trust') _mino_offer "$current" --list --revoke --json --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'completions') _mino_offer "$current" --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'version') _mino_offer "$current" --json --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    'help') _mino_offer "$current" --verbose --quiet --config --no-local --trust-local --help --version -v -q -c -h -V ;;
    esac
}

_mino_offer_positional() {
    local current=$3 key=$4
    case "$1:$2" in
    ':0') _mino_offer "$current" run exec list stop logs report network cache layers status selftest explain config init trust completions version help ;;
    'exec:0') _mino_offer_lines "$current" < <(mino list -f plain 2>/dev/null) ;;
    'stop:'*) _mino_offer_lines "$current" < <(mino list -f plain 2>/dev/null) ;;
    'logs:0') _mino_offer_lines "$current" < <(mino list --all -f plain 2>/dev/null) ;;
    'report:0') _mino_offer_lines "$current" < <(mino list --all -f plain 2>/dev/null) ;;
    'network:0') _mino_offer "$current" list allow deny ;;
    'network list:0') _mino_offer_lines "$current" < <(mino list -f plain 2>/dev/null) ;;
    'network allow:0') _mino_offer_lines "$current" < <(mino list -f plain 2>/dev/null) ;;
    'network deny:0') _mino_offer_lines "$current" < <(mino list -f plain 2>/dev/null) ;;
    'cache:0') _mino_offer "$current" list info gc clear ;;
    'layers:0') _mino_offer "$current" list show build new ;;
    'explain:0') _mino_offer_lines "$current" < <(mino list -f plain 2>/dev/null) ;;
    'config:0') _mino_offer "$current" show get set path init edit ;;
    'config get:0') _mino_offer "$current" general.verbose container.image container.network ;;
    'config set:0') _mino_offer "$current" general.verbose container.image container.network ;;
    'config set:1') case $key in
        general.verbose) _mino_offer "$current" true false ;;
        container.network) _mino_offer "$current" bridge none ;;
        esac ;;
    'trust:0') _mino_offer_files -f "$current" ;;
    'completions:0') _mino_offer "$current" bash zsh fish elvish powershell ;;
    'help:0') _mino_offer "$current" run exec list stop logs report network cache layers status selftest explain config init trust completions version help ;;
    esac
}

_mino() {
    local current=${COMP_WORDS[COMP_CWORD]} path='' option='' last='' next word i
    local -i positionals=0
    COMPREPLY=()
    for (( i = 1; i < COMP_CWORD; i++ )); do
        word=${COMP_WORDS[i]}
        if [[ $word == -- ]]; then
            case $path in
            run | exec | explain) _mino_offer_command $(( i + 1 )) ;;
            esac
            return
        elif [[ $word == --* && ${COMP_WORDS[i + 1]} == = ]]; then
            (( i + 1 == COMP_CWORD )) && current='' option=$word
            (( i + 2 == COMP_CWORD )) && option=$word
            (( i += 2 ))
        elif [[ $word == -?* ]]; then
            if _mino_takes_value "$path" "$word"; then
                (( i + 1 == COMP_CWORD )) && option=$word
                (( i += 1 ))
            fi
        elif next=$(_mino_path_after "$path" "$word"); then
            path=$next
        else
            last=$word
            positionals+=1
        fi
    done
    if [[ -n $option ]]; then
        _mino_offer_value "$path" "$option" "$current"
    elif [[ $current == -* ]]; then
        _mino_offer_option "$path" "$current"
    else
        _mino_offer_positional "$path" "$positionals" "$current" "$last"
    fi
}

complete -F _mino mino
