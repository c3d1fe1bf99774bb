#!/usr/bin/env bash
# The packages of ./build.sh pack: made twice, installed, used and removed. Nothing outside of a temporary folder is changed.
# The last line is "N passed, N failed, N skipped".
set -uo pipefail
export LC_ALL=C.UTF-8

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/Package
packages=$root/artifacts/packages
recording=$root/tests/data/tcp-echo.trace.zst
passed=0 failed=0 skipped=0

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    exit 0
}
pass() { passed=$((passed + 1)); }
skip() { skipped=$((skipped + 1)); echo "SKIPPED: $*"; }
fail() { failed=$((failed + 1)); echo "FAILED: $*"; }

# check NAME COMMAND...   A command that fails is a failed test, and its output is shown.
check() {
    local name=$1 log
    shift
    if log=$("$@" 2>&1); then pass; else
        fail "$name"
        printf '%s\n' "$log" | tail -n 20 | sed 's/^/    /'
    fi
}

# Lines "ok NAME" and "not ok NAME" of a script, which ends with "done".
count_lines() {
    local line finished=no
    while IFS= read -r line; do
        case $line in
            'ok '*) pass ;;
            'not ok '*) fail "${line#not ok }" ;;
            done) finished=yes ;;
            *) echo "    $line" ;;
        esac
    done
    [ "$finished" = yes ] || fail "$1 (it did not finish)"
}

equal() { [ "$1" = "$2" ] || { printf 'expected: %s\nactual:   %s\n' "$1" "$2"; return 1; }; }
no_output() {
    local output
    output=$("$@" 2>&1) && [ -z "$output" ] || { printf '%s\n' "$output"; return 1; }
}

# --- making -----------------------------------------------------------------------------------------------------------------

without() {
    if [ "${CI:-}" = true ]; then fail "the packages: $*"; else skip "the packages: $*"; fi
    finish
}
KM_PWSH=${KM_PWSH:-$("$root/build/pwsh.sh")} || without "pwsh 7.6 is not on this machine"
for program in dpkg-shlibdeps zip; do
    command -v $program > /dev/null || without "$program is not on this machine: apt-get install dpkg-dev zip"
done
export KM_PWSH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! "$root/build/pack.sh" > "$work/log" 2>&1; then
    tail -n 20 "$work/log"
    fail "build/pack.sh"
    finish
fi
pass
version=$(sed -n "s/^ *ModuleVersion *= *'\([^']*\)'.*/\1/p" "$root/KernelMagnifier.psd1")
debian=$(dpkg --print-architecture)
case $debian in amd64) architecture=x64 ;; *) architecture=$debian ;; esac
base=kernel-magnifier-$version-linux-$architecture

files() { (cd "$packages" && printf '%s\n' * | sort | tr '\n' ' '); }
deb=kernel-magnifier_${version}_$debian.deb
check "the files" equal "KernelMagnifier.$version.nupkg SHA256SUMS $base.cdx.json $base.tar.gz $deb " "$(files)"
listed() { (cut -c 67- "$packages/SHA256SUMS"; echo SHA256SUMS) | sort | tr '\n' ' '; }
sums() { (cd "$packages" && sha256sum --strict -c SHA256SUMS) && equal "$(files)" "$(listed)"; }
check "SHA256SUMS" sums

# --- the module -------------------------------------------------------------------------------------------------------------

# A home folder of its own, so that the user's modules and repositories stay as they are.
mkdir -p "$work/home" "$work/repository"
cp "$packages"/*.nupkg "$work/repository/"
calls_of() { "$1" info "$recording" --json 2>&1 | sed -n 's/^  "calls": *\([0-9]*\).*/\1/p'; }
calls=$(calls_of "$root/artifacts/kernel-magnifier")
gallery() {
    env -u PSModulePath -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME HOME="$work/home" \
        POWERSHELL_TELEMETRY_OPTOUT=1 NO_COLOR=1 "$KM_PWSH" -NoProfile -NonInteractive -File "$here/gallery.ps1" -Step "$1" \
        -Repository "$work/repository" -Version "$version" -Recording "$recording" -Calls "$calls" -Work "$work" 2>&1
}
count_lines "gallery.ps1 install" < <(gallery install)
count_lines "gallery.ps1 remove" < <(gallery remove)
check "nothing of the module is left in the home folder" no_output find "$work/home" -iname '*KernelMagnifier*' -o -name '*.dll'

# --- the executable ---------------------------------------------------------------------------------------------------------

# used PREFIX ZSH-FOLDER NAME   The executable, its man page and its completions, installed below a prefix.
used() {
    local prefix=$1 what=$3 page
    check "$what: --version" equal "kernel-magnifier $version" "$("$prefix/bin/kernel-magnifier" --version 2>&1)"
    check "$what: reads a recording" equal "$calls" "$(calls_of "$prefix/bin/kernel-magnifier")"
    check "$what: draws a page" "$prefix/bin/kernel-magnifier" graph "$recording" -o "$work/page.html"
    check "$what: writes a table" "$prefix/bin/kernel-magnifier" table "$recording" --table edges --force -o "$work/tables"
    page=$(compgen -G "$prefix/share/man/man1/kernel-magnifier.1*")
    if command -v man > /dev/null; then
        check "$what: man page, 80 columns" man_page "$page" 80 "$prefix/bin/kernel-magnifier"
        check "$what: man page, 120 columns" man_page "$page" 120 "$prefix/bin/kernel-magnifier"
    else
        skip "$what: man page: man is not on this machine"
    fi
    check "$what: bash completion" equal "calls " "$(completed "$prefix/share/bash-completion/completions/kernel-magnifier")"
    parses zsh "$what" "$prefix/share/zsh/$2/_kernel-magnifier"
    parses fish "$what" "$prefix/share/fish/vendor_completions.d/kernel-magnifier.fish"
}

# What bash completes "kernel-magnifier ca" with, and every message of bash.
completed() {
    # shellcheck disable=SC2016 # The inner bash expands them.
    bash --norc -c 'source "$1" && COMP_WORDS=(kernel-magnifier ca) COMP_CWORD=1 && _kernel_magnifier
        printf "%s " "${COMPREPLY[@]}"' - "$1" 2>&1
}

# parses SHELL NAME FILE
parses() {
    [ -s "$3" ] || { fail "$2: $1 completion: there is no $3"; return; }
    if command -v "$1" > /dev/null; then
        check "$2: $1 completion" no_output "$1" -n "$3"
    else
        skip "$2: $1 completion: $1 is not on this machine"
    fi
}

# man_page FILE COLUMNS EXECUTABLE   roff has no warning, and the page has every command and option of the help.
man_page() {
    local text command option warnings
    text=$(MANWIDTH=$2 MAN_KEEP_FORMATTING='' man --warnings -E ascii -l "$1" 2> "$work/man.log") \
        || { cat "$work/man.log"; return 1; }
    # roff reports a word that it cannot break, such as an address.
    warnings=$(grep -v 'cannot \(adjust\|break\) line' "$work/man.log")
    [ -z "$warnings" ] || { printf '%s\n' "$warnings"; return 1; }
    for command in $("$3" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\)  .*/\1/p'); do
        grep -qx "   $command" <<< "$text" || { echo "the page has no section of '$command'"; return 1; }
        for option in $("$3" "$command" --help | sed -n '/^Examples:/q; s/^ \{2,6\}\(-[A-Za-z], \)\?\(--[a-z0-9-]*\).*/\2/p'); do
            grep -q -- "$option\b" <<< "$text" || { echo "the page has no '$option' of '$command'"; return 1; }
        done
    done
    [ -n "$command" ] || { echo "the help lists no command"; return 1; }
}

# As docs/install.md has it, over a prefix whose folder of man pages is a link, as in Debian's /usr/local.
mkdir -p "$work/local/man" "$work/local/share"
ln -s ../man "$work/local/share/man"
check "tar.gz: unpacks" tar -xzf "$packages/$base.tar.gz" -C "$work/local" --strip-components=1
check "tar.gz: keeps a link in the prefix" test -L "$work/local/share/man"
check "tar.gz: the executable that was built" cmp "$root/artifacts/kernel-magnifier" "$work/local/bin/kernel-magnifier"
used "$work/local" site-functions tar.gz
remove() {
    tar -tzf "$packages/$base.tar.gz" | sed 's,^[^/]*/,,' | (cd "$work/local" && xargs -d '\n' rm)
    no_output find "$work/local" -type f
}
check "tar.gz: removes" remove

# A root of its own. The packages that the .deb depends on are registered in it with their versions on this machine.
fresh_root() {
    mkdir -p "$1/var/lib/dpkg/info" "$1/var/lib/dpkg/updates" "$1/var/lib/dpkg/triggers" "$1/var/log"
    : > "$1/var/lib/dpkg/available"
    local package depends
    depends=$(dpkg-deb -f "$packages"/*.deb Depends) || return 1
    for package in $(tr ',' '\n' <<< "$depends" | sed 's/^ *\([^ ]*\).*/\1/'); do
        dpkg-query -s "$package" || return 1
        echo
        : > "$1/var/lib/dpkg/info/$package:$debian.list"
    done > "$1/var/lib/dpkg/status"
}
# Container images configure dpkg to leave out man pages and documentation.
in_root() { PATH=$PATH:/usr/sbin:/sbin dpkg --root="$work/root" --force-not-root --log=/dev/null --path-include='*' "$@"; }
check "deb: what it depends on is in the distribution" fresh_root "$work/root"
check "deb: installs" in_root -i "$packages/$deb"
check "deb: its files are those of its sums" no_output in_root -V kernel-magnifier
check "deb: files are root's" equal "root/root" "$(dpkg-deb -c "$packages"/*.deb | awk '{ print $2 }' | sort -u)"
used "$work/root/usr" vendor-completions deb
in_doc() { zcat "$work/root/usr/share/doc/kernel-magnifier/$1"; }
check "deb: changelog" equal "kernel-magnifier ($version) unstable; urgency=medium" "$(in_doc changelog.gz 2>&1 | head -n 1)"
check "deb: copyright" grep -q '^License: Expat$' "$work/root/usr/share/doc/kernel-magnifier/copyright"
check "deb: purges" in_root --purge kernel-magnifier
check "deb: nothing is left" no_output find "$work/root" -path "$work/root/var" -prune -o \
    '(' -type f -o -iname '*kernel-magnifier*' ')' -print
if command -v lintian > /dev/null; then
    check "deb: lintian" no_output lintian --no-cfg --allow-root "$packages/$deb"
else
    skip "deb: lintian: lintian is not on this machine"
fi

# --- the bill of materials --------------------------------------------------------------------------------------------------

check "nupkg: unpacks" "$KM_PWSH" -NoProfile -NonInteractive \
    -Command "Expand-Archive '$packages/KernelMagnifier.$version.nupkg' '$work/module'"
sbom() {
    "$KM_PWSH" -NoProfile -NonInteractive -File "$here/sbom.ps1" -Sbom "$packages/$base.cdx.json" -Module "$1" \
        -Executable "$root/artifacts/kernel-magnifier" -Source "$root" -Version "$version" 2>&1
}
count_lines "sbom.ps1" < <(sbom "$work/module")
# The test finds an assembly that the bill does not list, and one that differs from the bill.
cp "$work/module/bin/KernelMagnifier.Engine.dll" "$work/module/bin/Unlisted.dll"
printf x >> "$work/module/bin/KernelMagnifier.Cmdlets.dll"
mutants=$(sbom "$work/module")
check "sbom: an assembly that it does not list is found" grep -q '^not ok sbom: bin/Unlisted.dll' <<< "$mutants"
check "sbom: an assembly that was changed is found" grep -q '^not ok sbom: bin/KernelMagnifier.Cmdlets.dll' <<< "$mutants"

# --- again ------------------------------------------------------------------------------------------------------------------

# With another time zone, another mask and another locale: the same bytes.
cp "$packages/SHA256SUMS" "$work/first"
again() {
    (umask 077 && TZ=Asia/Tokyo LC_ALL=C "$root/build/pack.sh") > "$work/log" 2>&1 || { tail -n 20 "$work/log"; return 1; }
}
check "made again" again
check "made again, the same bytes" diff "$work/first" "$packages/SHA256SUMS"
finish
