BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $data = if ($env:KM_SHARED_DATA) { $env:KM_SHARED_DATA } else { "$root/../shared/data" }
    $hasData = Test-Path "$data/latency/sched.dat"
    $sched = "$data/latency/sched.dat"
    if ($hasData) { $switches = Import-KmTrace $sched -Event sched:sched_switch }
}

Describe 'Import-KmTrace -Event' {
    BeforeEach { if (-not $hasData) { Set-ItResult -Skipped -Because 'the large recordings are not here' } }

    It 'finds fields by name' {
        $found = $switches | Where-Object prev_comm -eq 'cpu spinner' | Select-Object Timestamp, Cpu, prev_state, next_comm -First 1
        $found.psobject.Properties.Name | Should -Be Timestamp, Cpu, prev_state, next_comm
        $found.next_comm | Should -Not -BeNullOrEmpty
        $switches[0].psobject.Properties.Name | Should -Contain next_prio
        ($switches | Select-Object -First 1 | ConvertTo-Csv)[0] | Should -Match '"prev_comm","prev_pid"'
    }
    It 'shows the name of a number and keeps the number' {
        $one = $switches | Where-Object prev_state -eq 'R+' | Select-Object -First 1
        $one.prev_state | Should -BeOfType KernelMagnifier.Model.SymbolicNumber
        "$($one.prev_state)" | Should -BeExactly 'R+'
        $one.prev_state -eq 'R+' | Should -BeTrue
        'R+' -eq $one.prev_state | Should -BeTrue
        $one.prev_state -eq 256 | Should -BeTrue
        256 -eq $one.prev_state | Should -BeTrue
        [int]$one.prev_state | Should -Be 256
        $one.Fields.prev_state | Should -Be 256
        $one.Message | Should -BeLike '*prev_state=R+*'
        @($switches | Where-Object prev_state -eq 256).Count | Should -Be @($switches | Where-Object prev_state -eq 'R+').Count
    }
    It 'counts events as the description of the recording does' {
        $info = Import-KmTrace $sched -Info
        $groups = Import-KmTrace $sched -Event * | Group-Object Name -NoElement | Sort-Object Count -Descending
        $groups[0].Name | Should -Be sched_switch
        foreach ($group in $groups) { $group.Count | Should -Be $info.EventKinds[$group.Name] }
        ($groups | Measure-Object Count -Sum).Sum | Should -Be $info.Events
    }
    It 'filters events as calls: <_>' -ForEach '-Cpu 1', '-ExcludeCpu 0', '-Comm bash', '-ExcludeComm bash', '-Context Task', '-ProcessId 140', '-Since 8', '-Until 8' {
        $test = @{ '-Cpu 1' = { $_.Cpu -eq 1 }; '-ExcludeCpu 0' = { $_.Cpu -ne 0 }; '-Comm bash' = { $_.Comm -ceq 'bash' }; '-ExcludeComm bash' = { $_.Comm -cne 'bash' }
            '-Context Task' = { $_.Context -eq 'Task' }; '-ProcessId 140' = { $_.ProcessId -eq 140 }; '-Since 8' = { $_.Timestamp -ge 8 }; '-Until 8' = { $_.Timestamp -le 8 } }[$_]
        $all = Import-KmTrace $sched -Event sched:sched_wak*
        $expected = @($all | Where-Object $test)
        $found = @(& ([scriptblock]::Create("Import-KmTrace '$sched' -Event sched:sched_wak* $_")))
        $found.Count | Should -Be $expected.Count
        $found.Count | Should -BeGreaterThan 0
        $found.Count | Should -BeLessThan $all.Count
        $found[-1].Timestamp | Should -Be $expected[-1].Timestamp
    }
    It 'names a pattern that matches nothing, and a close name' {
        $null = Import-KmTrace $sched -Event sched:sched_swich, sched:sched_waking -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Count | Should -Be 1
        "$warnings" | Should -BeLike '*-Event sched:sched_swich: *Did you mean sched:sched_switch?'
        $null = Import-KmTrace $sched -Event ftrace:function -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike '*-WithCall*'
        $null = Import-KmTrace $sched -Event * -Comm nosuch -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike 'No event passes the filter: -Comm nosuch*'
    }
    It 'completes the names of the recording' {
        $line = "Import-KmTrace '$sched' -Event sched:sched_wak"
        [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText |
            Should -Be sched:sched_wakeup, sched:sched_wakeup_new, sched:sched_waking
        $line = "Import-KmTrace '$sched' -Event "
        [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText | Should -Contain 'sched:*'
    }
    It 'keeps fields in a copy' {
        $one = $switches | Where-Object prev_state -eq 'R+' | Select-Object -First 1
        $one | Export-Clixml $TestDrive/event.xml
        $copy = Import-Clixml $TestDrive/event.xml
        $copy.psobject.TypeNames[0] | Should -Be Deserialized.KernelMagnifier.Model.KernelEvent
        foreach ($name in $one.psobject.Properties.Name.Where({ $_ -notin 'Fields', 'Stack' })) { "$($copy.$name)" | Should -BeExactly "$($one.$name)" -Because $name }
        $copy.Fields.prev_state | Should -Be 256
        $copy | Format-Table | Out-String -Width 120 | Should -BeExactly ($one | Format-Table | Out-String -Width 120)
    }
    It 'interleaves the calls of <_> with its events in time order' -ForEach 'latency/all-fg.dat', 'dat/fn-stack.dat' {
        $all = Import-KmTrace $data/$_ -Event * -WithCall -WarningAction Ignore
        $last = 0.0
        foreach ($item in $all) { if ($item.Timestamp -lt $last) { throw "$item is out of order" }; $last = $item.Timestamp }
        $show = { "$($_.Timestamp) $($_.Cpu) $($_.Function) $($_.Caller) $($_.Duration) $($_.SelfDuration) $($_.Depth) $($_.Name)" }
        $calls = Import-KmTrace $data/$_ -WarningAction Ignore | ForEach-Object $show
        $events = Import-KmTrace $data/$_ -Event * -WarningAction Ignore | ForEach-Object $show
        ($all | Where-Object { $_ -is [KernelMagnifier.Model.CallEvent] } | ForEach-Object $show) -join "`n" | Should -BeExactly ($calls -join "`n")
        ($all | Where-Object { $_ -is [KernelMagnifier.Model.KernelEvent] } | ForEach-Object $show) -join "`n" | Should -BeExactly ($events -join "`n")
    }
    It 'lists all properties, and escapes what the recording contains' {
        $text = $switches | Where-Object prev_state -eq 'R+' | Select-Object -First 1 | Format-List | Out-String -Width 120
        $text | Should -Match 'prev_state = R\+'
        $text | Should -Match 'Message +: prev_comm='
        $table = $switches | Select-Object -First 20 | Out-String -Width 120 -Stream | Where-Object { $_ }
        ($table | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 120
        ($switches[0] | ConvertTo-Json -Depth 3 | ConvertFrom-Json).Fields.prev_pid | Should -Be $switches[0].prev_pid
    }
    It 'attaches each stack to its event, unless stacks are asked for' {
        $events = Import-KmTrace $data/dat/ev-stack.dat -Event *
        @($events | Where-Object Name -eq kernel_stack).Count | Should -Be 0
        @($events | Where-Object { -not $_.Stack }).Count | Should -Be 0
        @(Import-KmTrace $data/dat/ev-stack.dat -Event ftrace:kernel_stack).Count | Should -Be $events.Count
    }
}

Describe 'Parameters that contradict -Event' {
    It 'refuses <_>' -ForEach '-Event * -AsEdge', '-Event * -Info', '-WithCall', '-Event * -Function x', '-Event * -Root x', '-Event * -MinCount 2', '-Event * -Module x' {
        $line = "Import-KmTrace /dev/null $_"
        $failure = { & ([scriptblock]::Create($line)) } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Match '^(ParametersContradict|InfoTakesNoFilter),'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}
