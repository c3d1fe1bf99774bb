# The components of other projects that the packages contain. sbom.ps1 and notices.ps1 dot-source this file.
#
# Each component has: Name, Version, Type, Ref (package URL), Licence (SPDX id), Sha512 (hex, of the package), Texts (licence and
# notices), Files (paths of its files in the module, if any). Throws if a licence or the package of an assembly is missing.

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# The bytes of a base64 hash as lower-case hex, which is what CycloneDX takes.
function ConvertTo-HexHash([string] $Base64) { [Convert]::ToHexString([Convert]::FromBase64String($Base64)).ToLowerInvariant() }

# The projects that are linked into ParquetSharpNative.so. Its package does not name them; each is found by a text that its code
# contains.
$linkedIntoParquet = @(
    @{ Name = 'Apache Arrow C++ and Parquet'; Licence = 'Apache-2.0'; Text = 'parquet-cpp-arrow' }
    @{ Name = 'Apache Thrift'; Licence = 'Apache-2.0'; Text = '6apache6thrift' }
    @{ Name = 'Zstandard'; Licence = 'BSD-3-Clause'; Text = 'ZSTD_compress' }
    @{ Name = 'LZ4'; Licence = 'BSD-2-Clause'; Text = 'LZ4F_compress' }
    @{ Name = 'Snappy'; Licence = 'BSD-3-Clause'; Text = '6snappy' }
    @{ Name = 'Brotli'; Licence = 'MIT'; Text = 'BrotliDecoder' }
    @{ Name = 'bzip2'; Licence = 'bzip2-1.0.6'; Text = 'BZ2_bzCompress' }
    @{ Name = 'zlib'; Licence = 'Zlib'; Text = 'Jean-loup Gailly' }
    @{ Name = 'OpenSSL'; Licence = 'Apache-2.0'; Text = 'OPENSSL_' }
    @{ Name = 'RapidJSON'; Licence = 'MIT'; Text = '9rapidjson' }
    @{ Name = 'xsimd'; Licence = 'BSD-3-Clause'; Text = '5xsimd' }
    @{ Name = 'mimalloc'; Licence = 'MIT'; Text = 'mi_malloc' }
    @{ Name = 'jemalloc'; Licence = 'BSD-2-Clause'; Text = 'je_arrow_malloc' }
    @{ Name = 'uriparser'; Licence = 'BSD-3-Clause'; Text = 'uriParseSingleUri' }
    @{ Name = 'fast_float'; Licence = 'MIT'; Text = '10fast_float' }
    @{ Name = 'double-conversion'; Licence = 'BSD-3-Clause'; Text = '17double_conversion' }
    @{ Name = 'date'; Licence = 'MIT'; Text = '14arrow_vendored4date' }
)

# What a package has linked into its library; nothing if it is another package.
function Get-LinkedText([string] $Folder) {
    $library = Get-ChildItem $Folder -Recurse -File -Filter ParquetSharpNative.so | Sort-Object FullName | Select-Object -First 1
    if (-not $library) { return }
    $bytes = [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($library))
    $found = @($linkedIntoParquet | Where-Object { $bytes.Contains($_.Text, [StringComparison]::Ordinal) })
    if ('Zstandard' -notin $found.Name) { throw "$library does not contain Zstandard, or not by the text that is searched for." }
    $lines = $found | ForEach-Object { "    $($_.Name) ($($_.Licence))" }
    @('ParquetSharpNative.so has these projects linked into it:', '') + $lines -join "`n"
}

# A component from a package folder as NuGet unpacks it: FOLDER/id/version.
function Get-NuGetComponent([string] $Folder) {
    $nuspec = Get-ChildItem $Folder -Filter *.nuspec -File | Select-Object -First 1
    if (-not $nuspec) { throw "There is no .nuspec in $Folder. Restore the packages: dotnet restore" }
    $metadata = ([xml](Get-Content -Raw $nuspec)).package.metadata
    $licence = $metadata.SelectSingleNode("*[local-name()='license' and @type='expression']")?.InnerText
    if (-not $licence) {
        throw "$($metadata.id) $($metadata.version) has no licence expression. Check whether its licence allows to ship it."
    }
    $copyright = $metadata.SelectSingleNode("*[local-name()='copyright']")?.InnerText ?? $metadata.authors
    $files = Get-ChildItem $Folder -File
    # A package can have another project's licence beside its own: LICENSE-DuckDB.txt.
    $texts = @($files | Where-Object Name -Match '^LICENSE(-\w+)?(\.txt|\.md)?$' | Sort-Object { $_.BaseName.Length } |
            ForEach-Object { Get-Content -Raw $_ })
    if (-not $texts) {
        if ($licence -ne 'MIT') { throw "$($metadata.id) $($metadata.version) ($licence) has no licence text in its package." }
        $texts = @((Get-Content -Raw "$PSScriptRoot/../../LICENSE") -replace 'Copyright \(c\).*', $copyright)
    }
    $texts += @($files | Where-Object Name -Match '^THIRD-PARTY-NOTICES' | ForEach-Object { Get-Content -Raw $_ })
    if ($linked = Get-LinkedText $Folder) { $texts += $linked }
    [pscustomobject]@{
        Name = $metadata.id; Version = $metadata.version; Type = 'library'; Ref = "pkg:nuget/$($metadata.id)@$($metadata.version)"
        Licence = $licence; Texts = $texts; Files = @()
        Sha512 = ConvertTo-HexHash (Get-Content -Raw (Get-ChildItem $Folder -Filter *.nupkg.sha512 | Select-Object -First 1))
    }
}

# The NuGet packages whose assemblies and native libraries are in the module's folder, according to the .deps.json of the cmdlets.
# One that is in no package is an error. The files are named by their paths in the module.
function Get-ModuleComponent([string] $Module, [string] $DepsFile, [string] $PackageFolder) {
    $Module = (Resolve-Path -LiteralPath $Module).Path
    $deps = Get-Content -Raw $DepsFile | ConvertFrom-Json -AsHashtable
    $owners = @{}
    foreach ($target in $deps.targets.Values) {
        foreach ($library in $target.Keys) {
            $paths = @($target[$library]['runtime']?.Keys) + @($target[$library]['runtimeTargets']?.Keys) | Where-Object { $_ }
            foreach ($path in $paths) { $owners[(Split-Path -Leaf $path)] = $library }
        }
    }
    Get-ChildItem $Module -Recurse -Include *.dll, *.so | Sort-Object Name, FullName -Culture '' | Group-Object {
        $owners[$_.Name] ?? $(throw "$($_.Name) is in the module, but no package in $DepsFile contains it.")
    } | Where-Object { $deps.libraries[$_.Name].type -eq 'package' } | ForEach-Object {
        $component = Get-NuGetComponent (Join-Path $PackageFolder $deps.libraries[$_.Name].path)
        $component.Files = @($_.Group | ForEach-Object { [IO.Path]::GetRelativePath($Module, $_.FullName) })
        $component
    }
}

# The npm packages in the page of .html graphs. The page names them in its notices; hash and licence come from the lock file.
function Get-PageComponent([string] $Page, [string] $LockFile) {
    $lock = (Get-Content -Raw $LockFile | ConvertFrom-Json -AsHashtable).packages
    $notices = [regex]::Match((Get-Content -Raw $Page), '(?s)/\*!\n(.*?)\n\*/').Groups[1].Value
    if (-not $notices) { throw "$Page has no notices of the packages in it." }
    foreach ($notice in $notices -split '\n\n----\n\n') {
        $name, $version = ($notice -split '\n', 2)[0] -split ' '
        $locked = $lock["node_modules/$name"]
        if (-not $locked -or $locked.version -ne $version) {
            throw "$name $version is in the page, but not in $LockFile. Build the page again: build/page.sh"
        }
        if ($locked['dev']) { throw "$name is in the page, but is a development dependency in $LockFile." }
        [pscustomobject]@{
            Name = $name; Version = $version; Type = 'library'; Ref = "pkg:npm/$($name -replace '^@', '%40')@$version"
            Licence = $locked.license; Texts = @(($notice -split '\n', 2)[1].Trim()); Files = @()
            Sha512 = ConvertTo-HexHash ($locked.integrity -replace '^sha512-')
        }
    }
}

# The .NET runtime that is compiled into the native executable, by the arguments its compiler was run with, and the libraries in C
# that the runtime brings. These are found in the executable by texts that each of them contains.
function Get-NativeComponent([string] $Executable, [string] $CompilerArguments) {
    $pattern = '^-r:(.*/[^/]+/[0-9][^/]*)/.*System\.Private\.CoreLib\.dll$'
    $reference = Select-String -Path $CompilerArguments -Pattern $pattern | Select-Object -First 1
    if (-not $reference) { throw "$CompilerArguments does not name the package of the .NET runtime." }
    $runtime = Get-NuGetComponent $reference.Matches[0].Groups[1].Value
    $runtime.Type = 'framework'
    $runtime
    # Compiled into the executable, and its library beside it.
    $parquet = Select-String -Path $CompilerArguments -Pattern '^-r:(.*/parquetsharp/[^/]+)/lib/.*\.dll$' | Select-Object -First 1
    if (-not $parquet) { throw "$CompilerArguments does not name the package of ParquetSharp." }
    Get-NuGetComponent $parquet.Matches[0].Groups[1].Value
    $bytes = [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($Executable))
    foreach ($library in @(
            @{ Name = 'zlib-ng'; Licence = 'Zlib'; Text = 'incorrect header check' }
            @{ Name = 'brotli'; Licence = 'MIT'; Text = 'timedownlifeleftback' })) {
        if (-not $bytes.Contains($library.Text, [StringComparison]::Ordinal)) { continue }
        # The runtime does not name their versions.
        [pscustomobject]@{
            Name = $library.Name; Version = $null; Type = 'library'; Ref = "$($runtime.Ref)#$($library.Name)"
            Licence = $library.Licence; Texts = @(); Files = @(); Sha512 = $null
        }
    }
}
