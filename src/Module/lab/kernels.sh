# shellcheck shell=bash
# Sourced: get_kernel NAME prints the directory of a stock kernel of the distribution, which it downloads and unpacks first. NAME is bookworm, newer,
# a version (6.1, 6.12.100), or a package (linux-image-…). A kernel of that version that is there already is not downloaded again.
# CACHE is where kernels are kept: they are large. KERNEL_LOG takes the output of apt-get.

# Stock kernels are unpacked, not installed.
options=()
apt_list() { # LINE... : from here on apt-get uses these sources instead of this machine's
    local apt=$CACHE/apt; mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    printf '%s\n' "$@" > "$apt/sources.list"
    options=(-o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update >> "$KERNEL_LOG" 2>&1
}
packages() { apt-cache "${options[@]}" search --names-only "$1" 2> /dev/null | awk '{ print $1 }' | sort -V; }
newest() { packages "$1" | tail -1; }
of_version() { echo "^linux-image-${1//./\\.}([.-][0-9].*|\\+.*)?-amd64\$"; } # VERSION : the pattern of its packages, without cloud and real-time ones
version() { # VERSION : its newest package
    packages "$(of_version "$1")" | grep -vE -- '-(cloud|rt)-amd64$' | grep -E -- '-[0-9]+\.[0-9]+\.[0-9]+' | tail -1
}
next_debian() { # from here on apt-get uses the next release of Debian, which the mirror of this one has too
    local mirror
    mirror=$(grep -rhoE '(https?|mirror[+a-z]*)://?[^] ]+' /etc/apt/sources.list /etc/apt/sources.list.d 2> /dev/null | grep -v security | grep -i debian | head -1)
    [ -n "$mirror" ] && apt_list "deb [trusted=yes] $mirror trixie main"
}
cached_kernel() { # NAME : a directory that has it
    local name=$1 folder release
    [ ! -d "$CACHE/kernels/$name/boot" ] || { echo "$CACHE/kernels/$name"; return; }
    for folder in "$CACHE/kernels"/*/; do
        folder=${folder%/}
        release=$(cd "$folder/boot" 2> /dev/null && ls -d vmlinuz-* 2> /dev/null | head -1) release=${release#vmlinuz-}
        case $release in *-rt-amd64 | *-cloud-amd64) [ "linux-image-$release" = "$name" ] || continue ;; esac
        case $name in "linux-image-$release") ;; [0-9]*) case $release in "$name" | "$name"[.+-]*) ;; *) continue ;; esac ;; *) continue ;; esac
        printf '%s\t%s\n' "$release" "$folder"
    done 2> /dev/null | sort -V | tail -1 | cut -f2 | grep .
}
get_kernel() { # NAME : prints its directory. One at a time: two would unpack into the same directory.
    local lock
    cached_kernel "$1" && return
    mkdir -p "$CACHE/kernels" || return 1
    exec {lock}> "$CACHE/kernels/.lock"
    flock "$lock"
    cached_kernel "$1" || download_kernel "$1" {lock}>&-
    local status=$?
    exec {lock}>&-
    return $status
}
download_kernel() { # NAME : prints its directory
    local name=$1 folder=$CACHE/kernels/$1 package file
    command -v apt-get > /dev/null || return 1
    case $name in
        bookworm)
            package=$(newest '^linux-image-6\.1\.0-[0-9]+-amd64$')
            [ -n "$package" ] || { $([ "$(id -u)" = 0 ] || echo sudo -n) apt-get update > "$KERNEL_LOG" 2>&1 < /dev/null; package=$(newest '^linux-image-6\.1\.0-[0-9]+-amd64$'); } ;;
        newer)
            package=$(newest '^linux-image-[0-9.]+\+(bpo|deb)[0-9]+-amd64$')
            if [ -z "$package" ]; then next_debian && package=$(newest '^linux-image-[0-9.]+\+deb[0-9]+-amd64$'); fi ;;
        [0-9]*)
            package=$(version "$name")
            if [ -z "$package" ]; then next_debian && package=$(version "$name"); fi ;;
        *) package=$name ;;
    esac
    [ -n "$package" ] || return 1
    # -- keeps a name from being an option.
    (cd "$CACHE/kernels" && timeout 240 apt-get "${options[@]}" download -- "$package" >> "$KERNEL_LOG" 2>&1 < /dev/null)
    file=$(ls -t "$CACHE/kernels/${package}"_*.deb 2> /dev/null | head -1)
    [ -n "$file" ] || return 1
    rm -rf "$folder.part"
    mkdir "$folder.part" && dpkg -x "$file" "$folder.part" && rm "$file" && rm -rf "$folder" && mv "$folder.part" "$folder" && echo "$folder"
}
