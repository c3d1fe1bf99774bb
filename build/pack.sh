#!/usr/bin/env bash
# Makes what is released, in artifacts/packages, from what ./build.sh build has made:
#
#   KernelMagnifier.VERSION.nupkg                the module, for the PowerShell Gallery; any architecture
#   kernel-magnifier-VERSION-linux-ARCH.tar.gz   the native executable with its man page and completions, to unpack over a prefix
#   kernel-magnifier_VERSION_ARCH.deb            the same for Debian and Ubuntu
#   kernel-magnifier-VERSION-linux-ARCH.cdx.json the bill of materials of all of them, CycloneDX
#   SHA256SUMS                                   checked by: sha256sum -c SHA256SUMS
#
# The same inputs give the same bytes. Every date is that of the last commit, or SOURCE_DATE_EPOCH. KM_PWSH names the pwsh to
# use, DEBFULLNAME and DEBEMAIL the maintainer of the .deb.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8 TZ=UTC

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
helpers=$root/build/package
artifacts=$root/artifacts
out=$artifacts/packages
work=$artifacts/package-work
executable=$artifacts/kernel-magnifier
library=$artifacts/ParquetSharpNative.so
say() { printf '==> %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

version=$(sed -n "s/^ *ModuleVersion *= *'\([^']*\)'.*/\1/p" "$root/KernelMagnifier.psd1")
case $(uname -m) in
    x86_64) architecture=x64 debian=amd64 ;;
    aarch64) architecture=arm64 debian=arm64 ;;
    *) die "there are no packages for $(uname -m): the native executable is built for x86_64 and aarch64." ;;
esac
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct 2> /dev/null) \
        || die "this is no git checkout, so the date of the last commit is unknown: set SOURCE_DATE_EPOCH to it, in seconds."
fi
export SOURCE_DATE_EPOCH
# There is no common mailbox of the contributors. A publisher names one.
maintainer="${DEBFULLNAME:-The Kernel Magnifier contributors} <${DEBEMAIL:-contributors@kernel-magnifier.invalid}>"

pwsh=${KM_PWSH:-$("$root/build/pwsh.sh")} || die "pwsh 7.6 is needed to make the module's package: https://aka.ms/powershell"
for program in dpkg-shlibdeps zip; do
    command -v $program > /dev/null || die "$program is needed to make the packages: apt-get install dpkg-dev zip"
done
[ -x "$executable" ] || die "the native executable is not built: ./build.sh build"
[ -s "$library" ] || die "artifacts/ParquetSharpNative.so is missing: ./build.sh build"
# Packages without .html graphs would differ from the documentation.
[ -s "$artifacts/page/page.html" ] || die "the page of .html graphs is not built: install nodejs and npm, then ./build.sh build"
[ "$("$executable" --version)" = "kernel-magnifier $version" ] \
    || die "artifacts/kernel-magnifier is not of version $version: ./build.sh build"

helper() { "$pwsh" -NoProfile -NonInteractive -File "$helpers/$1.ps1" "${@:2}"; }

# put SOURCE TARGET   a file that everybody can read; directories as needed
put() { install -D -m 644 "$1" "$2"; }

# The module as plain IL. ReadyToRun code is of one architecture, and .NET does not load it on another.
make_module() {
    dotnet build "$root/src/Cmdlets" -c Release -t:Module --no-restore -v:quiet -clp:NoSummary \
        -p:ModuleReadyToRun=false "-p:ModuleFolder=$work/KernelMagnifier/" > "$work/module.log" 2>&1 \
        || { cat "$work/module.log" >&2; die 'the module could not be built'; }
    put "$root/CHANGELOG.md" "$work/KernelMagnifier/CHANGELOG.md"
    helper notices "${of_module[@]}" "${of_page[@]}" -Out "$work/KernelMagnifier/THIRD-PARTY-NOTICES.txt"
    helper module -Module "$work/KernelMagnifier" -Out "$work/nupkg"
    find "$work/nupkg" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
    # -nw: the brackets of [Content_Types].xml are no wildcard.
    (cd "$work/nupkg" && find . -type f -printf '%P\n' | LC_ALL=C sort \
        | zip -q -X -D -9 -nw -@ "$out/KernelMagnifier.$version.nupkg")
}

# What goes with the executable, once for the .tar.gz and the .deb.
make_parts() {
    helper man -Tool "$executable" -Guide "$root/docs/cli.md" -Out "$work/kernel-magnifier.1" \
        -Date "$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)"
    helper notices "${of_native[@]}" "${of_page[@]}" -Out "$work/THIRD-PARTY-NOTICES.txt"
    local shell
    for shell in bash zsh fish; do "$executable" completion $shell > "$work/completion.$shell"; done
}

# fill PREFIX ZSH-FOLDER   the executable and what every system reads, below a prefix
fill() {
    install -D -m 755 "$executable" "$1/bin/kernel-magnifier"
    # Only the executable uses it: ../lib/kernel-magnifier is where it looks for it.
    put "$library" "$1/lib/kernel-magnifier/ParquetSharpNative.so"
    put "$work/completion.bash" "$1/share/bash-completion/completions/kernel-magnifier"
    put "$work/completion.zsh" "$1/share/zsh/$2/_kernel-magnifier"
    put "$work/completion.fish" "$1/share/fish/vendor_completions.d/kernel-magnifier.fish"
    put "$work/kernel-magnifier.1" "$1/share/man/man1/kernel-magnifier.1"
    # The starter library: copied to /etc/kernel-magnifier/probes by whoever approves it.
    (cd "$root/probes" && find . -type f -printf '%P\n') | while read -r file; do
        put "$root/probes/$file" "$1/share/kernel-magnifier/probes/$file"
    done
    put "$work/THIRD-PARTY-NOTICES.txt" "$1/share/doc/kernel-magnifier/THIRD-PARTY-NOTICES.txt"
}

# Files only: unpacked over /usr/local, the archive changes no directory that is there.
make_tarball() {
    local name=kernel-magnifier-$version-linux-$architecture
    fill "$work/$name" site-functions
    put "$root/LICENSE" "$work/$name/share/doc/kernel-magnifier/LICENSE"
    put "$root/CHANGELOG.md" "$work/$name/share/doc/kernel-magnifier/CHANGELOG.md"
    (cd "$work" && find "$name" -type f -print0 | LC_ALL=C sort -z \
        | tar --create --null --files-from=- --format=gnu --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH") \
        | gzip -9n > "$out/$name.tar.gz"
}

# The libraries the executable needs: those it is linked with, and those it opens by name when it first uses them.
depends() {
    mkdir -p "$work/shlibdeps/debian"
    printf 'Source: kernel-magnifier\n\nPackage: kernel-magnifier\nArchitecture: any\n' > "$work/shlibdeps/debian/control"
    local linked
    linked=$(cd "$work/shlibdeps" && dpkg-shlibdeps -O "$executable" "$library" 2> ../shlibdeps.log | sed -n 's/^shlibs:Depends=//p')
    [ -n "$linked" ] || { cat "$work/shlibdeps.log" >&2; die 'dpkg-shlibdeps found no library that the executable needs'; }
    grep -aqP 'libzstd\.so\.1|l\0i\0b\0z\0s\0t\0d\0\.\0s\0o\0\.\x001' "$executable" && linked="$linked, libzstd1"
    printf '%s\n' "$linked"
}

control() {
    local size
    # As dpkg-gencontrol counts: each file in whole KiB, each directory as one.
    size=$(cd "$1" && find . -path ./DEBIAN -prune -o -type f -printf '%s\n' -o -type d -printf '1\n' \
        | awk '{ sum += int(($1 + 1023) / 1024) } END { print sum }')
    cat << END
Package: kernel-magnifier
Version: $version
Architecture: $debian
Maintainer: $maintainer
Installed-Size: $size
Depends: $(depends)
Recommends: graphviz
Suggests: bpftrace, ca-certificates, gnuplot-nox, openssh-client, libssl3t64 | libssl3
Section: utils
Priority: optional
Description: show which functions the Linux kernel executed
 Kernel Magnifier records and reads traces of kernel functions. It shows which
 functions ran, which function called which and how often, as tables, trees,
 graphs, reports and profiles.
 .
 It reads the text of ftrace and perf script and the trace.dat files of
 trace-cmd. This package contains the command line, a native executable that
 needs no .NET. Graphviz draws the graphs, gnuplot the charts; OpenSSL is used
 to download debug information from debuginfod servers. Approved probes are
 programs for bpftrace, signed with OpenSSH keys.
END
}

copyright() {
    cat << END
Kernel Magnifier

Copyright $(sed -n 's/^Copyright (c) //p' "$root/LICENSE")

License: Expat
$(sed -n '/^Permission/,$p' "$root/LICENSE" | sed 's/^./ &/')

The executable contains parts of other projects: the .NET runtime,
ParquetSharp, whose library is beside it, and the packages of the page of
.html graphs. Their copyright notices and licences are
in /usr/share/doc/kernel-magnifier/THIRD-PARTY-NOTICES.txt.gz.
END
}

make_deb() {
    local tree=$work/deb
    local doc=$tree/usr/share/doc/kernel-magnifier
    fill "$tree/usr" vendor-completions
    copyright > "$doc/copyright"
    put "$helpers/lintian-overrides" "$tree/usr/share/lintian/overrides/kernel-magnifier"
    awk -v epoch="$SOURCE_DATE_EPOCH" -v maintainer="$maintainer" -f "$helpers/changelog.awk" "$root/CHANGELOG.md" \
        > "$doc/changelog"
    gzip -9n "$doc/changelog" "$doc/THIRD-PARTY-NOTICES.txt" "$tree/usr/share/man/man1/kernel-magnifier.1"
    mkdir "$tree/DEBIAN"
    control "$tree" > "$tree/DEBIAN/control"
    (cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) > "$tree/DEBIAN/md5sums"
    find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    # One thread: the blocks of several would depend on the number of cores.
    dpkg-deb --root-owner-group --threads-max=1 -Zxz --build "$tree" "$out/kernel-magnifier_${version}_$debian.deb" > /dev/null
}

# Arguments that components.ps1 takes, for those who use it.
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
newest() { find "$1" -name "$2" -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-; }
arguments=$(newest "$root/src/Cli/obj" kernel-magnifier.ilc.rsp)
[ -n "$arguments" ] || die "the native compiler's arguments are not in src/Cli/obj: ./build.sh build"
deps=$(newest "$root/src/Cmdlets/bin/Release" KernelMagnifier.Cmdlets.deps.json)
of_module=(-Module "$work/KernelMagnifier" -DepsFile "$deps" -PackageFolder "$packages")
of_native=(-Executable "$executable" -CompilerArguments "$arguments")
of_page=(-Page "$artifacts/page/page.html" -LockFile "$root/src/Page/package-lock.json")

rm -rf "$out" "$work"
mkdir -p "$out" "$work"
say "module -> artifacts/packages"
make_module
say "native executable -> artifacts/packages"
make_parts
make_tarball
make_deb
say "bill of materials, sums -> artifacts/packages"
helper sbom "${of_module[@]}" "${of_native[@]}" "${of_page[@]}" -Version "$version" -Epoch "$SOURCE_DATE_EPOCH" \
    -Out "$out/kernel-magnifier-$version-linux-$architecture.cdx.json"
(cd "$out" && sha256sum -- * > SHA256SUMS)
(cd "$out" && ls -l -- *) >&2
