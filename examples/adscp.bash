# SPDX-License-Identifier: MIT
# bash completion for adscp. Commands and options, and what these take, come from
# the command itself.

# Its tables: lines "command NAME OPERANDS" and "option LETTER NAME ARGUMENT
# CHOICES", with tabs between, of the options that go with a command.
_adscp_tables()
{
    "$1" __complete ${2:+"$2"} 2>/dev/null
}

# The command among the words so far, if any.
_adscp_command()
{
    local word name
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        while IFS=$'\t' read -r _ name _; do
            if [[ $name == "$word" ]]; then
                echo "$word"
                return
            fi
        done < <(_adscp_tables "$1" | grep '^command')
    done
}

# The exports among the words so far, each behind -l.
_adscp_exports()
{
    local i word=''

    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -l | --ldif)
            word=${COMP_WORDS[i + 1]}
            [[ $word != '=' ]] || word=${COMP_WORDS[i + 2]}
            ;;
        *) continue ;;
        esac
        # As the shell would read it, but nothing is run.
        word=${word//[\"\'\\]/}
        [[ ! -r ${word/#\~/$HOME} ]] || printf '%s\n' -l "${word/#\~/$HOME}"
    done
}

# Offer what a table of the exports has in its first or second column: sites 1,
# servers 2. Only exports are read: a key press asks no directory.
_adscp_names()
{
    local name before="^(\"[^\"]*\",){$(($3 - 1))}"
    local -a exports names

    mapfile -t exports < <(_adscp_exports)
    ((${#exports[@]} > 0)) || return
    mapfile -t names < <(timeout 5 "$1" "$2" --csv "${exports[@]}" \
        2>/dev/null </dev/null |
        sed -nE "1d; s/$before\"([^\"]*)\".*/\\2/p")
    for name in "${names[@]}"; do
        [[ $name != "${current//[\"\'\\]/}"* ]] ||
            COMPREPLY+=("$(printf %q "$name")")
    done
}

_adscp_files()
{
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
}

# What an option takes. False: this is no option that takes something.
_adscp_argument()
{
    local kind letter name argument choices
    while IFS=$'\t' read -r kind letter name argument choices; do
        [[ $kind == option && $argument != '-' &&
            ($before == "-$letter" || $before == "$name") ]] || continue
        case $argument in
        FILE) _adscp_files ;;
        SITE) _adscp_names "$1" sites 1 ;;
        HOST:PORT:*) _adscp_names "$1" servers 2 ;;
        *)
            [[ $choices == '-' ]] ||
                mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current")
            ;;
        esac
        return 0
    done < <(_adscp_tables "$1")
    return 1
}

# The words of a column of the tables that stand in lines of this kind.
_adscp_words()
{
    _adscp_tables "$1" "$2" | awk -F '\t' -v kind="$3" '
        $1 == kind && kind == "command" { print $2 }
        $1 == kind && kind == "option" {
            if ($2 != "-")
                print "-" $2
            print $3
        }'
}

_adscp()
{
    local current=${COMP_WORDS[COMP_CWORD]}
    local before=${COMP_WORDS[COMP_CWORD - 1]} words='' command operands

    COMPREPLY=()
    ! _adscp_argument "$1" || return
    command=$(_adscp_command "$1")
    operands=$(_adscp_tables "$1" | awk -F '\t' -v name="$command" '
        $1 == "command" && $2 == name { print $3 }')
    if [[ $current == -* ]]; then
        words=$(_adscp_words "$1" "$command" option)
    elif [[ -z $command || $operands == '[COMMAND]' ]]; then
        words=$(_adscp_words "$1" '' command)
    elif [[ $operands == FILE* ]]; then
        _adscp_files
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _adscp adscp
