BeforeDiscovery {
    . "$PSScriptRoot/Support.ps1"
    $recordings = Get-ChildItem "$root/tests/data/graph", "$root/tests/data/text", "$root/tests/data/perf" -Filter *.txt.zst |
        ForEach-Object { @{ Recording = "$($_.Directory.Name)/$($_.Name)" } }
    $groupings = 0..63 | ForEach-Object { @{ By = [KernelMagnifier.Counting.CallGrouping]$_ } }
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..7999)
    Expand-TestData symbol-filepath.map.zst $TestDrive/symbols.map
    Expand-TestData graph/fg-proc-abstime-tail.txt.zst $TestDrive/timed.trace
    $columns = [ordered]@{
        Timestamp = 'Timestamp'; CPU = 'Cpu'; Comm = 'Comm'; Pid = 'ProcessId'; Context = 'Context'; Depth = 'Depth'; 'Duration µs' = 'Duration'
        Function = 'Function'; Caller = 'Caller'; Calls = 'Calls'; Count = 'Count'; 'Total µs' = 'TotalTime'; 'Self µs' = 'SelfTime'
        'Callee source' = 'CalleeSourceFile'; Source = 'SourceFile'; Callee = 'Callee'; Recording = 'Recording'
    }
    function Get-Heading($Objects) { ($Objects | Out-String -Width 120) -split "`n" | Where-Object { $_.Trim() } | Select-Object -First 1 }
    # The columns of a table of these objects, in order.
    function Get-Column($Objects) {
        $rest = Get-Heading $Objects
        while ($rest.Trim()) {
            $label = @($columns.Keys; 'Group').Where({ $rest.TrimStart().StartsWith($_, 'Ordinal') }) | Sort-Object Length -Descending | Select-Object -First 1
            $label | Should -Not -BeNullOrEmpty -Because $rest
            $label
            $rest = $rest.TrimStart().Substring($label.Length)
        }
    }
    function Test-Known($Value) { $null -ne $Value -and "$Value" -notin '', '-1', 'Unknown' }
    function Get-Known($Objects, $Property) { @($Objects.ForEach({ $_.$Property }).Where({ Test-Known $_ })).Count }
}

Describe 'Tables of calls' {
    It 'shows no column without a value, and Duration and Depth where they are known: <Recording>' -ForEach $recordings {
        Expand-TestData $Recording $TestDrive/one.trace
        $calls = @(Import-KmTrace $TestDrive/one.trace -WarningAction Ignore | Select-Object -First 1000)
        if (-not $calls) { Set-ItResult -Skipped -Because 'it has no calls'; return }
        $shown = @(Get-Column $calls)
        foreach ($label in $shown) { Get-Known $calls $columns[$label] | Should -BeGreaterThan 0 -Because "it shows $label" }
        foreach ($label in 'Depth', 'Duration µs') {
            $shown -contains $label | Should -Be ((Get-Known $calls $columns[$label]) -gt 0) -Because "$label in: $shown"
        }
        ($calls | Out-String -Width 120) -split "`n" | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 }
    }
    It 'keeps the table when calls are sorted and filtered' {
        $calls = Import-KmTrace $TestDrive/timed.trace -WarningAction Ignore | Where-Object Duration -gt 10 | Sort-Object Duration -Descending | Select-Object -First 5
        Get-Column $calls | Should -Contain 'Duration µs'
        Get-Column ($calls | Select-KmCall -ExcludeFunction nosuch) | Should -Contain 'Duration µs'
        Get-Column ($calls | Select-KmCall -SymbolMap $TestDrive/symbols.map) | Should -Contain 'Duration µs'
    }
    It 'shows names of 32 characters in full beside a caller' {
        Set-Content $TestDrive/long.trace @"
# tracer: function
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
            bash-1234    [001] ..s1.   123.456789: __ip_local_deliver_finish_is_long <-nf_conntrack_tcp_packet_is_long
"@
        $shown = Import-KmTrace $TestDrive/long.trace -WarningAction Ignore | Out-String -Width 120
        $shown | Should -Match '__ip_local_deliver_finish_is_long +nf_conntrack_tcp_packet_is_long'
    }
}

Describe 'Tables of edges' {
    It 'shows times and sources where they are known' {
        Get-Column @(Import-KmTrace $TestDrive/echo.trace -AsEdge -WarningAction Ignore) | Should -Be Count, Caller, Callee
        Get-Column @(Import-KmTrace $TestDrive/timed.trace -AsEdge -WarningAction Ignore) | Should -Be Count, 'Total µs', 'Self µs', Caller, Callee
        Get-Column @(Import-KmTrace $TestDrive/echo.trace -AsEdge -SymbolMap $TestDrive/symbols.map -WarningAction Ignore) | Should -Be Count, Caller, Callee, 'Callee source'
        Get-Column @(Import-KmTrace $TestDrive/timed.trace -AsEdge -SymbolMap $TestDrive/symbols.map -WarningAction Ignore) |
            Should -Be Count, 'Total µs', 'Self µs', Caller, Callee, 'Callee source'
        Get-Column @(Import-KmTrace $TestDrive/timed.trace -AsEdge -WarningAction Ignore | Select-KmCall -ExcludeFunction nosuch) |
            Should -Be Count, 'Total µs', 'Self µs', Caller, Callee
        Get-Column @(Import-KmTrace $TestDrive/timed.trace -WarningAction Ignore | Where-Object Cpu -ge 0 | Select-KmCall -AsEdge) |
            Should -Be Count, 'Total µs', 'Self µs', Caller, Callee
    }
}

Describe 'Tables without callers and with other clocks' {
    It 'has no column of callers that the recording does not contain' {
        Set-Content $TestDrive/noparent.trace @"
# tracer: function
            bash-1234    [001] ..s1.  1764408629.917934: vfs_read
"@
        Get-Column @(Import-KmTrace $TestDrive/noparent.trace -AsEdge -WarningAction Ignore) | Should -Be Count, Callee
        Get-Column @(Import-KmTrace $TestDrive/noparent.trace -AsEdge -WarningAction Ignore | Select-KmCall -ExcludeFunction nosuch) | Should -Be Count, Callee
        Import-KmTrace $TestDrive/noparent.trace -WarningAction Ignore | Out-String -Width 120 | Should -Match '\n1764408629\.917934 '
    }
    It 'shows whole numbers for a clock that counts' -Skip:(-not $env:KM_SHARED_DATA) {
        Import-KmTrace "$env:KM_SHARED_DATA/dat/fn-clock-counter.dat" -WarningAction Ignore | Select-Object -First 1 |
            Out-String -Width 120 | Should -Match '\n +\d+ +\d+ '
    }
}

Describe 'Tables of counts' {
    It 'shows the keys, and times where they are known, by <By>' -ForEach $groupings {
        foreach ($trace in 'echo', 'timed') {
            $counts = @(Import-KmTrace "$TestDrive/$trace.trace" -WarningAction Ignore | Measure-KmCall $By)
            $shown = @(Get-Column $counts)
            foreach ($label in $shown.Where({ $_ -notin 'Group', 'Caller', 'Comm', 'Pid', 'Context' })) { Get-Known $counts $columns[$label] | Should -BeGreaterThan 0 -Because "$trace shows $label" }
            $shown -contains 'Self µs' | Should -Be ($trace -eq 'timed')
            $rows = ($counts | Out-String -Width 120) -split "`n" | Where-Object { $_.Trim() } | Select-Object -Skip 2
            if ($By) { $rows | Should -Match '^ +[\d,]+ +\S' -Because 'each group has a name' }
            if ($shown -notcontains 'Group') { if ($By -band 1) { $shown | Should -Contain 'Function' }; if ($By -band 2) { $shown | Should -Contain 'Caller' } }
        }
    }
    It 'names its columns as the properties, also by recording' {
        function Get-CountColumn($Trace, $By) { (Get-Column @(Import-KmTrace "$TestDrive/$Trace.trace" -WarningAction Ignore | Measure-KmCall -By $By)) -join ' ' }
        Get-CountColumn echo Recording | Should -Be 'Calls Recording'
        Get-CountColumn timed 'Function, Recording' | Should -Be 'Calls Total µs Self µs Function Recording'
        Get-CountColumn echo 'Edge, Recording' | Should -Be 'Calls Function Caller Recording'
        Get-CountColumn timed 'Task, Recording' | Should -Be 'Calls Self µs Comm Pid Recording'
        Get-CountColumn echo 'Edge, Context' | Should -Be 'Calls Context Function Caller'
    }
    It 'gives names most of the table by edge and task' {
        $heading = Get-Heading @(Import-KmTrace $TestDrive/timed.trace -WarningAction Ignore | Measure-KmCall -By Edge, Task)
        ($heading.IndexOf('Caller') - $heading.IndexOf('Function')) | Should -BeGreaterThan 34
    }
    It 'shows sources where they are known' {
        Get-Column @(Import-KmTrace $TestDrive/echo.trace -SymbolMap $TestDrive/symbols.map -WarningAction Ignore | Measure-KmCall) | Should -Be Calls, Function, Source
        Get-Column @(Import-KmTrace $TestDrive/timed.trace -SymbolMap $TestDrive/symbols.map -WarningAction Ignore | Measure-KmCall) |
            Should -Be Calls, 'Total µs', 'Self µs', Function, Source
    }
}

Describe 'Names that act' {
    BeforeAll {
        # OSC 52 sets the clipboard; U+009B is a control character like ESC [; the last byte is not UTF-8.
        $bytes = [Text.Encoding]::Latin1.GetBytes("# tracer: function`n#`n            e`e]52;c;aGk=`a-1     [000] .....  12.000001: vfs_read <-ksys_read`n" +
            "            c`u{c2}`u{9b}31m-2     [000] .....  12.000002: vfs_read <-ksys_read`n            b`u{e9}-3     [000] .....  12.000003: vfs_read <-ksys_read`n")
        [IO.File]::WriteAllBytes("$TestDrive/acts.trace", $bytes)
        $acts = @(Import-KmTrace $TestDrive/acts.trace -WarningAction Ignore)
    }
    It 'are escaped by <_>' -ForEach 'Format-Table', 'Format-List', 'Format-Custom' {
        foreach ($objects in $acts, @($acts | Measure-KmCall -By Task), @($acts | Measure-KmCall -By Task, Cpu)) {
            $text = $objects | & $_ | Out-String -Width 120
            $text | Should -Not -Match '[\e\a\u009b]'
            foreach ($name in '\x1b]52;c;', '\u{9b}31m', 'b\xe9') { $text | Should -Match ([regex]::Escape($name)) }
        }
    }
    It 'are in the properties as recorded' {
        $acts.Comm | Should -BeExactly "e`e]52;c;aGk=`a", "c`u{9b}31m", 'b\xe9'
        ($acts | Select-KmCall -Comm 'b\xe9').ProcessId | Should -Be 3
    }
}

Describe 'The format file' {
    It 'has a view with the same columns for each type of call' {
        [xml] $format = Get-Content "$root/src/Module/KernelMagnifier.Format.ps1xml"
        $views = @($format.Configuration.ViewDefinitions.View.Where({ $_.Name -like '*CallView+*' }))
        $types = [regex]::Matches((Get-Content "$root/src/Cmdlets/Views/CallView.cs" -Raw), 'class (\w+View)\(').ForEach({ $_.Groups[1].Value })
        ($views.Name -replace '.*\+' | Sort-Object) -join ' ' | Should -Be (($types | Sort-Object) -join ' ')
        foreach ($view in $views) {
            $label = ($view.TableControl.TableHeaders.TableColumnHeader.Label -replace 'Timestamp', 'Time' -replace ' µs' | Where-Object { $_ -notin 'Pid', 'Function' }) -join ' '
            $name = $view.Name -replace '.*\+' -replace 'View$' -creplace '(?<=[a-z])(?=[A-Z])', ' '
            ($label -split ' ' | Sort-Object) -join ' ' | Should -Be (($name -split ' ' | Where-Object { $_ -notin 'None', 'Function' } | Sort-Object) -join ' ') -Because $view.Name
        }
    }
}
