#!/usr/bin/env bash
# Prints the path of a pwsh 7.6 or newer: $KM_PWSH, else the one on PATH, else the .NET tool that .config/dotnet-tools.json pins. The tool is
# restored with NuGet only when it is needed and missing. Ends with status 1, and the reason on standard error, if there is no such pwsh.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
say() { printf '==> %s\n' "$*" >&2; }

suitable() { "$1" -NoProfile -NonInteractive -Command 'exit [int]($PSVersionTable.PSVersion -lt [version]"7.6")' > /dev/null 2>&1 < /dev/null; }

if [ -n "${KM_PWSH:-}" ]; then
    suitable "$KM_PWSH" || { say "KM_PWSH is not a pwsh 7.6 or newer: $KM_PWSH. Correct it or unset it."; exit 1; }
    printf '%s\n' "$KM_PWSH"
    exit 0
fi
on_path=$(command -v pwsh || true)
if [ -n "$on_path" ] && suitable "$on_path"; then
    printf '%s\n' "$on_path"
    exit 0
fi

dotnet=$(command -v dotnet) || { say "no pwsh 7.6: it is not on PATH, and there is no .NET SDK to restore it with."; exit 1; }
version=$(tr -d ' \n' < "$root/.config/dotnet-tools.json" | sed -n 's/.*"powershell":{"version":"\([^"]*\)".*/\1/p')
packages=$("$dotnet" nuget locals global-packages --list --force-english-output | sed -n 's/^global-packages: //p')
home=${packages%/}/powershell/$version/tools/net10.0/any/unix
if [ ! -f "$home/pwsh.dll" ]; then
    say "restoring PowerShell $version with NuGet"
    log=$("$dotnet" tool restore --tool-manifest "$root/.config/dotnet-tools.json" 2>&1) || {
        tail -n 5 <<< "$log" >&2
        say "no pwsh 7.6: it is not on PATH, and NuGet could not restore PowerShell $version."
        exit 1
    }
    [ -f "$home/pwsh.dll" ] || { say "no pwsh 7.6: the package PowerShell $version has no $home/pwsh.dll."; exit 1; }
fi

# Not "dotnet tool run": that puts two processes in front of pwsh, which then gets neither signals nor the terminal's job control directly.
tool=$root/artifacts/tools/pwsh
mkdir -p "${tool%/*}"
printf '#!/usr/bin/env bash\n# PowerShell %s, restored with NuGet. Written by build/pwsh.sh.\nexec %q %q "$@"\n' "$version" "$dotnet" "$home/pwsh.dll" > "$tool.$$"
chmod +x "$tool.$$"
mv -f "$tool.$$" "$tool"
suitable "$tool" || { say "no pwsh 7.6: PowerShell $version was restored, but does not run: $tool."; exit 1; }
printf '%s\n' "$tool"
