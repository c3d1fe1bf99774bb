# shellcheck shell=bash
# Starts an sshd of its own on the loopback, for tests. Sourced by run.sh.
#
#   start_sshd DIRECTORY   web1, web2 and web3 are three addresses of it, with pwsh as a subsystem and the module on its path; "refused" is a port
#                          on which nothing listens. DIRECTORY/bin/ssh and sftp are the programs with the configuration of these hosts.
#   stop_sshd              ends it and each session of it
#
# Nothing outside of DIRECTORY is read or written, ~/.ssh and /etc/ssh least of all. As root, sshd needs an empty /run/sshd besides.

# A port on which nothing listens.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# The path of sshd, which is rarely in PATH and has to be started by its absolute path.
sshd_program() {
    local place
    for place in "${KM_SSHD_PROGRAM:-}" /usr/sbin/sshd /usr/local/sbin/sshd "$(command -v sshd)"; do
        [ -z "$place" ] || [ ! -x "$place" ] || { echo "$place"; return 0; }
    done
    return 1
}

start_sshd() {
    local at=$1 user
    user=$(id -un)
    KM_SSHD=$at
    # sshd opens the keys as they are only where no other user can change them.
    mkdir -p -m 700 "$at/bin"
    ssh-keygen -q -t ed25519 -N '' -C host -f "$at/host_key"
    ssh-keygen -q -t ed25519 -N '' -C user -f "$at/user_key"
    cp "$at/user_key.pub" "$at/authorized_keys"
    KM_SSH_PORT=$(free_port)
    if [ "$(id -u)" = 0 ] && [ ! -d /run/sshd ]; then
        mkdir -m 755 /run/sshd
        KM_SSHD_RUN=/run/sshd
    fi
    cat > "$at/bin/subsystem" <<END
#!/usr/bin/env bash
export POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off DOTNET_CLI_TELEMETRY_OPTOUT=1
export PSModulePath='$at/modules' KM_SSHD='$at' SHELL=/bin/bash
# costs.ps1 counts what a host sends.
[ ! -e '$at/count' ] || exec > >(tee >(wc -c > '$at/count.'\$\$))
exec '$KM_PWSH' -sshs -NoLogo -NoProfile
END
    mkdir "$at/modules"
    ln -s "$KM_MODULE" "$at/modules/KernelMagnifier"
    cat > "$at/sshd_config" <<END
ListenAddress 127.0.0.2:$KM_SSH_PORT
ListenAddress 127.0.0.3:$KM_SSH_PORT
ListenAddress 127.0.0.4:$KM_SSH_PORT
HostKey $at/host_key
PidFile $at/sshd.pid
AuthorizedKeysFile $at/authorized_keys
AllowUsers $user
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
MaxStartups 100
Subsystem powershell $at/bin/subsystem
Subsystem sftp internal-sftp
END
    {
        local n
        for n in 1 2 3; do printf 'Host web%s\n  HostName 127.0.0.%s\n' $n $((n + 1)); done
        cat <<END
Host refused
  HostName 127.0.0.5
Host *
  Port $KM_SSH_PORT
  User $user
  IdentityFile $at/user_key
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile $at/known_hosts
  GlobalKnownHostsFile none
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
END
    } > "$at/ssh_config"
    awk '{ print "[127.0.0.2]:'"$KM_SSH_PORT"',[127.0.0.3]:'"$KM_SSH_PORT"',[127.0.0.4]:'"$KM_SSH_PORT"' " $1, $2 }' "$at/host_key.pub" > "$at/known_hosts"
    local program
    for program in ssh sftp; do
        printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v $program)" "$at/ssh_config" > "$at/bin/$program"
    done
    chmod 755 "$at/bin"/*
    "$KM_SSHD_PROGRAM" -D -f "$at/sshd_config" -E "$at/sshd.log" &
    KM_SSHD_PID=$!
    local waited
    for waited in $(seq 50); do
        "$at/bin/ssh" web3 true 2> "$at/ssh.err" < /dev/null && return 0
        kill -0 "$KM_SSHD_PID" 2> /dev/null || break
        sleep 0.1
    done
    cat "$at/sshd.log" "$at/ssh.err" >&2
    return 1
}

# The processes of a session are in sessions of their own: they are found as descendants.
descendants() {
    local child
    for child in $(pgrep -P "$1"); do
        descendants "$child"
        echo "$child"
    done
}

stop_sshd() {
    if [ -n "${KM_SSHD_PID:-}" ]; then
        local all
        all=$(descendants "$KM_SSHD_PID")
        # shellcheck disable=SC2086
        kill "$KM_SSHD_PID" $all 2> /dev/null
        wait "$KM_SSHD_PID" 2> /dev/null
        # shellcheck disable=SC2086
        [ -z "$all" ] || kill -9 $all 2> /dev/null
        KM_SSHD_PID=
    fi
    if [ -n "${KM_SSHD_RUN:-}" ]; then rmdir "$KM_SSHD_RUN" 2> /dev/null; fi
    return 0
}
