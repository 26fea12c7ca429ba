# SPDX-License-Identifier: MIT
# bash completion for adscp. The options are those that --help lists.

_adscp_options()
{
    "$1" --help 2>/dev/null |
        sed -nE 's/^  (-.), (--[a-z-]+).*/\1\n\2/p; s/^      (--[a-z-]+).*/\1/p'
}

# The command among the words so far, if any.
_adscp_command()
{
    local word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
        list | predict | observe | sites | servers | save | check)
            echo "$word"
            return
            ;;
        esac
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

_adscp()
{
    local current=${COMP_WORDS[COMP_CWORD]}
    local before=${COMP_WORDS[COMP_CWORD - 1]} words=''

    COMPREPLY=()
    case $before in
    -l | --ldif | -y | --password-file | --ca | --cert | --key | --trust | \
        --roots)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        compopt -o filenames 2>/dev/null
        return
        ;;
    -P | --profile) words='outlook ews learn oxdisco' ;;
    -Y | --mech) words='GSSAPI GSS-SPNEGO EXTERNAL' ;;
    --alert-as | --findings-as | --uncertain-as | --no-scp-as)
        words='ok warning critical unknown'
        ;;
    -s | --site)
        _adscp_names "$1" sites 1
        return
        ;;
    --resolve)
        _adscp_names "$1" servers 2
        return
        ;;
    --ldif-at | -H | --uri | -d | --domain | -D | --bind-dn | --follow | -a | \
        --address | -m | --mail | -t | --at | --dns | --timeout | -w | \
        --warning | -c | --critical)
        return
        ;;
    *)
        if [[ $current == -* ]]; then
            words=$(_adscp_options "$1")
        elif [[ -z $(_adscp_command) ]]; then
            words='list predict observe sites servers save check'
        elif [[ $(_adscp_command) == save ]]; then
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
            compopt -o filenames 2>/dev/null
            return
        fi
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _adscp adscp
