BeforeDiscovery {
    # All examples of docs/cmdlets and the README must run unchanged.
    $root = (Resolve-Path "$PSScriptRoot/../..").Path
    $examples = foreach ($page in Get-ChildItem "$root/docs/cmdlets/*-*.md") {
        $text = ($page | Get-Content -Raw) -replace '(?s)^.*?\n## Examples', '' -replace '(?s)\n## Notes.*$', ''
        foreach ($match in [regex]::Matches($text, '(?s)### (.+?)\n```powershell\n(.+?)\n```')) {
            @{ Name = "$($page.BaseName): $($match.Groups[1].Value)"; Code = $match.Groups[2].Value }
        }
    }
    $main = @(
        'Import-KmTrace ./kernel-magnifier.data | Select-KmCall -SourcePath net/ -SymbolMap ./symbol-filepath.map | Export-KmGraph ./net.svg'
        'Import-KmTrace ./trace.dat -Function tcp_* | Measure-KmCall | Sort-Object Calls -Descending | Select-Object -First 30'
        'Import-KmTrace ./trace.dat -AsEdge | Where-Object Count -gt 100 | Export-Csv edges.csv'
        'Import-KmTrace ./trace.dat | Group-Object Comm, Context -NoElement | Sort-Object Count -Descending'
        'Get-KmSymbolMap ./symbol-filepath.map | Where-Object SourceFile -like ''net/ipv4/tcp*'' | Select-Object Function, SourceFile, SourceLine, Module'
    ) | ForEach-Object { @{ Name = $_; Code = $_ } }
    $readme = if (Test-Path "$root/README.md") {
        foreach ($match in [regex]::Matches((Get-Content "$root/README.md" -Raw), '(?s)```powershell\n(.+?)\n```')) {
            $code = ($match.Groups[1].Value -split "`n" | Where-Object { $_ -match '-Km' -and $_ -notmatch '^\s*(#|Start-Km|Stop-Km|Test-Km|Install-)' }) -join "`n"
            if ($code) { @{ Name = "README: $(($code -split "`n")[0])"; Code = $code } }
        }
    }
    # The output that the README prints after a block.
    $shown = foreach ($match in [regex]::Matches((Get-Content "$root/README.md" -Raw), '(?s)```powershell\n([^`]+?)\n```\n[^`]*```text\n(.+?)\n```')) {
        @{ Name = ($match.Groups[1].Value -split "`n")[0]; Code = $match.Groups[1].Value; Text = $match.Groups[2].Value }
    }
    # Tests must not record on this machine: tests/Live does, in guests; and there are no other hosts: tests/Remoting has them. Examples that record, read
    # debug files, have schedules or need other hosts must bind here.
    $elsewhere = { $_.Code -match '(?m)(Start|Stop)-KmRecording|Invoke-KmMeasurement(?! -Preset Pressure)|Invoke-KmProbe(?!.* -Replay)|Resume-KmProbe|(Invoke|Test)-KmLab|Invoke-KmIncident .*-Output|(Get|Register|Suspend|Resume|Unregister)-KmSchedule|-InLab|Watch-KmTrace -Live|mkfifo|Watch-KmTrace \./incident|Copy-KmRecording|New-PSSession|Invoke-Command -HostName|Get-KmSymbolMap(?! \./symbol-filepath\.map)' }
    $examples = @($main) + @($readme) + @($examples) | Where-Object { $_ }
    $bound = $examples | Where-Object $elsewhere
    $examples = $examples | Where-Object { -not (& $elsewhere) }
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $graphviz = [bool](Get-Command dot -ErrorAction Ignore)
    $gnuplot = [bool](Get-Command gnuplot -ErrorAction Ignore)
    # A recording of kernel events, with the name of a program that the examples look for.
    Expand-TestData latency/sched.txt.zst $TestDrive/sched.txt
    (Get-Content $TestDrive/sched.txt) -replace '\b(rcu_preempt|bash)\b', 'nginx' | Set-Content $TestDrive/events.txt
    $lines = Get-Content $TestDrive/events.txt
    $lines[0..2999] + 'CPU:1 [LOST 5 EVENTS]' + $lines[3000..($lines.Count - 1)] | Set-Content $TestDrive/lossy.txt
}

Describe 'The examples of the documentation' {
    BeforeEach {
        # The format is detected from the content, so any recording can be trace.dat. A library of probes in /tmp is refused.
        $isProbe = $Code -match '-KmProbe'
        $here = New-Item -ItemType Directory "$(if ($isProbe) { $HOME } else { $TestDrive })/.km-test-$([guid]::NewGuid())"
        if ($isProbe) {
            New-ProbePlace $here runq-late
            # The one of the starter library has stored output.
            Copy-Item $root/probes/runq-late/* $here/probes/runq-late -Force
            chmod -R go-w $here/probes
        }
        # A refusal is in the audit log.
        if ($Code -match '-KmProbeAudit') { $null = Invoke-KmProbe runq-late -ErrorAction SilentlyContinue }
        Push-Location $here
        Expand-TestData km-small.data.zst $here/kernel-magnifier.data
        Expand-TestData symbol-filepath.map.zst $here/symbol-filepath.map
        Expand-TestData tcp-echo.trace.zst $here/trace.dat
        Copy-Item $root/tests/data/tcp-echo.trace.zst $here/trace.zst
        foreach ($recording in 'slow.dat', 'before.dat', 'after.dat', 'irq.dat') { Copy-Item $TestDrive/events.txt $here/$recording }
        Copy-Item $TestDrive/lossy.txt $here/all-lossy.dat
        if ($Code -match 'KmLatency|Test-KmTrace|-Event ') { Copy-Item $TestDrive/events.txt $here/trace.dat -Force }
        # Examples may name the recordings of the repository.
        $null = New-Item -ItemType Directory $here/tests
        $null = New-Item -ItemType SymbolicLink $here/tests/data -Target "$root/tests/data"
    }
    AfterEach {
        Pop-Location
        if ($isProbe) { Remove-Item -Recurse -Force $here }
        $env:KM_PROBE_LIBRARY = $env:KM_PROBE_POLICY = $null
    }
    It 'runs: <Name>' -ForEach $examples {
        if (-not $graphviz -and $Code -match 'Export-KmGraph \S+\.(svg|pdf|png)') { Set-ItResult -Skipped -Because 'Graphviz is not installed' }
        if (-not $gnuplot -and $Code -match 'Export-KmReport \S+\.(svg|pdf|png)|Export-KmChart \S+\.(pdf|png)') { Set-ItResult -Skipped -Because 'gnuplot is not installed' }
        if ($Code -match 'Export-KmGraph \S+\.html' -and -not (Test-Path "$root/artifacts/page/page.html")) { Set-ItResult -Skipped -Because 'the page of .html graphs was not built' }
        $output = Invoke-Shell "Set-Location '$here'; $Code"
        $output.Streams.Error | Should -BeNullOrEmpty
        $files = [regex]::Matches($Code, '(?:Export-\w+|Set-Content) (\S+)').ForEach({ $_.Groups[1].Value })
        # A program of a probe can be one line.
        foreach ($file in $files) {
            # A dataset is a folder.
            if (Test-Path $file -PathType Container) { Get-ChildItem $file -Recurse -Filter *.parquet | Should -Not -BeNullOrEmpty; continue }
            (Get-Item $file).Length | Should -BeGreaterThan ($isProbe -and $Code -match "Set-Content $([regex]::Escape($file))" ? 5 : 50)
        }
        # No check of a complete recording failed, and no script stops.
        if ($Code -match 'Where-Object Passed -eq \$false|-not \(Test-KmTrace') { return }
        # An assertion that holds writes nothing.
        if ($Code -match '(Assert|Should)-Km' -and $Code -notmatch '-PassThru') { $output.Output | Should -BeNullOrEmpty; return }
        if (-not $files -or $Code -match '-PassThru') { @($output.Output).Count | Should -BeGreaterThan 0 }
    }
    It 'prints what the README shows: <Name>' -ForEach $shown {
        if ($Code -match 'Export-KmGraph \S+\.html' -and -not (Test-Path "$root/artifacts/page/page.html")) { Set-ItResult -Skipped -Because 'the page of .html graphs was not built' }
        $locale = $env:LC_ALL
        try {
            $env:LC_ALL = 'C.UTF-8'
            $output = Invoke-Shell "Set-Location '$here'; `$PSStyle.OutputRendering = 'PlainText'; & { $Code } | Out-String -Width 120"
        } finally { $env:LC_ALL = $locale }
        $lines = foreach ($line in -join $output.Output -split "`n") { $line.TrimEnd() }
        $lines -join "`n" | Should -BeLikeExactly "*$([WildcardPattern]::Escape($Text))*"
        $Text -split "`n" | ForEach-Object Length | Should -Not -BeGreaterThan 120
    }
    It 'shows a tree and a table in the README' { $count | Should -BeGreaterOrEqual 2 } -ForEach @{ count = @($shown).Count }
    It 'binds: <Name>' -ForEach $bound {
        $errors = $null
        $script = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref]$null, [ref]$errors)
        $errors | Should -BeNullOrEmpty
        $commands = $script.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
        $commands.Count | Should -BeGreaterThan 0
        foreach ($command in $commands) {
            Get-Command $command.GetCommandName() -ErrorAction Ignore | Should -Not -BeNullOrEmpty -Because $command
            $binding = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command)
            $binding.BindingExceptions.Values.BindingException.Message | Should -BeNullOrEmpty -Because $command
        }
    }
}
