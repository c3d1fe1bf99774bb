# shellcheck shell=bash
# Sourced by build/targets.sh: a part that was built from the same files, with the same programs and settings, and whose outputs are as they were, is not
# built again. In doubt it is: where git or a program is missing, and always with CI=true. "rm -r artifacts/built" forgets everything.

# A variable of the environment can be a property of MSBuild, so all of them count, except those of a session or a terminal. PATH is not among
# them: what it chooses is.
unread='^(PWD|OLDPWD|SHLVL|_|PATH|TERM|TERM_[A-Z_]*|COLORTERM|COLUMNS|LINES|SHELL|SSH_[A-Z_]*|TMUX[A-Z_]*|STY|WINDOWID|DISPLAY|WAYLAND_DISPLAY|DBUS_[A-Z_]*|XDG_(SESSION_[A-Z]*|RUNTIME_DIR|SEAT|VTNR)|KM_[A-Z_]*)='

# Prints a hash of everything that decides the outputs of a part. The arguments are programs that the part needs besides the SDK.
made_from() {
    local program
    {
        find . -maxdepth 1 -type f -not -name '*.md' -print0
        # Also what symbolic links name. MSBuild leaves out the folders bin and obj of a project only.
        find -L src build -type f -not -regex '[a-z]*/[^/]*/\(bin\|obj\)/.*' -not -path '*/node_modules/*' -print0
        [ ! -f artifacts/page/page.html ] || printf 'artifacts/page/page.html\0'
    } | LC_ALL=C sort -z | xargs -0 sha256sum || return 1
    # Assemblies contain the commit and the address of the repository.
    git rev-parse HEAD || return 1
    git config --get-regexp '^remote\..*\.url$' || true
    for program in git dotnet "$@"; do
        command -v "$program" && "$program" --version || return 1
    done
    dotnet --list-runtimes || return 1
    env -0 | LC_ALL=C sort -z | grep -zvE "$unread" || true
}

# Prints a line for each file of the outputs. Whatever changes, replaces or copies a file changes its ctime, which nobody can set.
# Fails if an output is missing. Outputs can have wildcards.
state_of() {
    local pattern
    for pattern in "$@"; do compgen -G "$pattern" > /dev/null || return 1; done
    # shellcheck disable=SC2068 # The wildcards.
    find $@ -printf '%p %y %m %s %i %C@\n' | LC_ALL=C sort
}

# is_built PART STAMP OUTPUT...: whether the outputs are those of the stamp that made_from printed.
is_built() {
    local kept=artifacts/built/$1 stamp=$2 state
    shift 2
    [ "${CI:-}" != true ] && [ -n "$stamp" ] && [ -f "$kept" ] && state=$(state_of "$@") || return 1
    [ "$(cat "$kept")" = "$stamp"$'\n'"$state" ]
}

# keep_built PART STAMP OUTPUT...: after the build. The stamp is from before it, so that a file that was edited meanwhile is built again.
keep_built() {
    local kept=artifacts/built/$1 stamp=$2 state
    shift 2
    rm -f "$kept"
    [ -n "$stamp" ] && state=$(state_of "$@") || return 0
    mkdir -p artifacts/built
    printf '%s\n' "$stamp" "$state" > "$kept"
}

# stamp PROGRAM...: the hash of made_from; nothing if it is not known.
stamp() {
    local from
    from=$(set -o pipefail; made_from "$@" 2> /dev/null | sha256sum) && printf '%s\n' "${from%% *}"
    return 0
}
