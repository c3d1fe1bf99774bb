#!/usr/bin/env bash
# When ./build.sh build builds: with the scripts of build/ in a small repository, and programs in place of dotnet, clang and npm that write down
# that they ran. The last line is "N passed, N failed, N skipped".
set -uo pipefail
export LC_ALL=C.UTF-8

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
repository=$work/repository
log=$work/log

mkdir -p "$work/bin" "$repository"/src/{Engine,Cmdlets,Cli,Page/src}
program() { cat > "$work/bin/$1"; chmod +x "$work/bin/$1"; }
program dotnet << 'END'
#!/usr/bin/env bash
case $1 in
    --version) cat "$WORK/sdk" ;;
    --list-runtimes) echo "Microsoft.NETCore.App 10.0.12" ;;
    msbuild)
        echo module >> "$WORK/log"
        [ ! -e "$WORK/fails" ] || exit 1
        mkdir -p artifacts/KernelMagnifier/bin src/Cmdlets/bin/Release/net10.0 src/Cmdlets/obj
        cat src/Engine/a.cs > artifacts/KernelMagnifier/bin/a.dll
        touch artifacts/KernelMagnifier/LICENSE src/Cmdlets/bin/Release/net10.0/KernelMagnifier.Cmdlets.deps.json src/Cmdlets/obj/project.assets.json
        [ ! -e "$WORK/edit" ] || { rm "$WORK/edit"; echo edited >> src/Engine/a.cs; }
        ;;
    publish)
        echo native >> "$WORK/log"
        mkdir -p artifacts/native src/Cli/obj/Release/net10.0/linux-x64/native
        cat src/Engine/a.cs > artifacts/native/kernel-magnifier
        touch artifacts/native/ParquetSharpNative.so src/Cli/obj/Release/net10.0/linux-x64/native/kernel-magnifier.ilc.rsp
        ;;
esac
END
program clang << 'END'
#!/usr/bin/env bash
cat "$WORK/clang"
END
cp "$work/bin/clang" "$work/bin/ld"
cp "$work/bin/clang" "$work/bin/objcopy"
program npm << 'END'
#!/usr/bin/env bash
echo page >> "$WORK/log"
END
program node << 'END'
#!/usr/bin/env bash
cat src/main.ts > "$2"
END
export WORK=$work PATH=$work/bin:$PATH
echo 10.0.401 > "$work/sdk"
echo 19.1 > "$work/clang"

cp -r "$root/build" "$root/build.sh" "$root/global.json" "$root/Directory.Packages.props" "$repository/"
cd "$repository" || exit 1
echo one > src/Engine/a.cs
echo '{}' > src/Engine/packages.lock.json
echo face > src/Cli/b.cs
echo cmdlet > src/Cmdlets/c.cs
echo page > src/Page/src/main.ts
echo '{}' | tee src/Page/package.json src/Page/package-lock.json src/Page/.npmrc src/Page/build.mjs > /dev/null
printf 'bin/\nobj/\nartifacts/\n' > .gitignore
git init -q . && git add -A && git -c user.name=a -c user.email=a@example.org -c commit.gpgsign=false commit -qm one || exit 1

# builds NAME WANTED COMMAND...   Runs the command, then the build; WANTED are the parts that must be built, in their order.
builds() {
    local name=$1 wanted=$2 ran status=0
    shift 2
    "$@" > "$work/command.log" 2>&1 || status=$?
    : > "$log"
    env -u CI ./build.sh build > "$work/build.log" 2>&1 || status=$?
    ran=$(tr '\n' ' ' < "$log")
    if [ "$ran" = "$wanted" ] && [ $status -eq 0 ]; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1))
    echo "FAILED: $name: built '$ran', not '$wanted' (status $status)"
    tail -n 5 "$work/command.log" "$work/build.log" | sed 's/^/    /'
}
all='module native ' none=
append() { echo more >> "$1"; }
# An editor that keeps size and time.
replace_silently() {
    touch -r "$1" "$work/time" && sed -i 's/o/0/' "$1" && touch -r "$work/time" "$1"
}

builds "nothing was built" "page $all" true
builds "nothing changed" "$none" true
builds "nothing changed, another time" "$none" touch src/Engine/a.cs src/Cli/b.cs
builds "nothing changed, from another terminal and folder" "$none" export COLUMNS=81 TERM=dumb OLDPWD=/
builds "the documentation" "$none" append README.md
builds "a source of the engine" "$all" append src/Engine/a.cs
builds "a source of the command line" "$all" append src/Cli/b.cs
builds "a source of the cmdlets" "$all" append src/Cmdlets/c.cs
builds "a source of the same size and time" "$all" replace_silently src/Cmdlets/c.cs
builds "a new source" "$all" append src/Cmdlets/d.cs
builds "a source that is gone" "$all" rm src/Cmdlets/d.cs
builds "a source with another name" "$all" mv src/Cmdlets/c.cs src/Cmdlets/e.cs
builds "a source of the page" "page $all" append src/Page/src/main.ts
builds "the version of a package" "$all" append Directory.Packages.props
builds "a lock file" "$all" append src/Engine/packages.lock.json
builds "properties of all projects" "$all" append Directory.Build.props
builds "options of msbuild" "$all" append Directory.Build.rsp
builds "a script of the build" "$all" append build/targets.sh
builds "another SDK" "$all" eval 'echo 10.0.402 > "$WORK/sdk"'
builds "another clang" "$(printf %s "$all" | sed 's/module //')" eval 'echo 19.2 > "$WORK/clang"'
builds "a property in the environment" "$all" export ModuleReadyToRun=false
builds "the property is gone" "$all" unset ModuleReadyToRun
builds "a commit" "$all" eval 'git add -A && git -c user.name=a -c user.email=a@example.org -c commit.gpgsign=false commit -qm two'
builds "an older commit" "page $all" git checkout -q HEAD~1
builds "the newer commit again" "page $all" git checkout -q -
builds "an output of the module is gone" "module " rm artifacts/KernelMagnifier/LICENSE
builds "the module is gone" "module " rm -r artifacts/KernelMagnifier
builds "the module was altered" "module " append artifacts/KernelMagnifier/bin/a.dll
builds "the module was altered, same size and time" "module " replace_silently artifacts/KernelMagnifier/bin/a.dll
builds "a file was put into the module" "module " append artifacts/KernelMagnifier/new
builds "the executable is gone" "native " rm artifacts/kernel-magnifier
builds "the executable was altered" "native " append artifacts/kernel-magnifier
builds "the executable is not executable" "native " chmod a-r artifacts/kernel-magnifier
builds "its library is gone" "native " rm artifacts/ParquetSharpNative.so
builds "the page was altered" "page " append artifacts/page/page.html
builds "the intermediate files are gone" "$all" rm -r src/Cli/obj src/Cmdlets/obj
builds "the stamps are gone" "$all" rm -r artifacts/built
touch "$work/edit"
builds "a source is edited while the module is built" "$all" append src/Cli/b.cs
builds "the build after that" "module " true
builds "nothing changed at the end" "$none" true

# A module that could not be built is built again.
touch "$work/fails"
append src/Engine/a.cs
if env -u CI ./build.sh build > "$work/build.log" 2>&1; then failed=$((failed + 1)); echo "FAILED: a failed build has status 0"; else passed=$((passed + 1)); fi
rm "$work/fails"
builds "after a failed build" "$all" true

# CI builds everything each time.
for _ in 1 2; do
    : > "$log"
    CI=true ./build.sh build > "$work/build.log" 2>&1
    if [ "$(tr '\n' ' ' < "$log")" = "$all" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: CI=true built '$(tr '\n' ' ' < "$log")'"; fi
done

# Without git, nothing is known.
printf '#!/bin/sh\nexit 1\n' > "$work/bin/git" && chmod +x "$work/bin/git"
builds "git does not work" "$all" true
builds "git does not work, again" "$all" true
echo "$passed passed, $failed failed, 0 skipped"
