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
    --alert-as) words='critical warning ok' ;;
    --ldif-at | -H | --uri | -d | --domain | -D | --bind-dn | --follow | -s | \
        --site | -a | --address | -m | --mail | -t | --at | --resolve | \
        --dns | --timeout | -w | --warning | -c | --critical)
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
