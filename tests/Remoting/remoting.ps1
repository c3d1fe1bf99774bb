# What remote sessions return, against what the same commands return here, and Copy-KmRecording. Started by run.sh, which has started sshd.
param([Parameter(Mandatory)] [string] $Directory, [string[]] $Suite = @('objects', 'recording', 'failure', 'copy'))
$ErrorActionPreference = 'Stop'
$PSStyle.OutputRendering = 'PlainText'
Import-Module KernelMagnifier
$data = (Resolve-Path "$PSScriptRoot/../data").Path
$calls = "$data/tcp-echo.trace.zst"
$sched = "$data/latency/sched.txt.zst"
$out = (New-Item -ItemType Directory "$Directory/out").FullName
$hosts = 'web1', 'web2', 'web3'
$script:passed = $script:failed = $script:skipped = 0

function Test([string] $Name, [scriptblock] $Body) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    try {
        $null = & $Body
        $script:passed++
        "passed   $Name ($([int] $clock.ElapsedMilliseconds) ms)"
    }
    catch {
        $script:failed++
        "FAILED   $Name`: $_ $($_.InvocationInfo.PositionMessage -replace '\s+', ' ')"
    }
}
function Equal($Is, $Expected, [string] $What = 'value') {
    if (($Is -join "`n") -cne ($Expected -join "`n")) { throw "$What is '$($Is -join ', ')' instead of '$($Expected -join ', ')'" }
}
function True($Condition, [string] $What) { if (-not $Condition) { throw "not so: $What" } }
# The numbers of latencies, whatever their order.
function Numbers($Latencies) {
    $Latencies | Sort-Object Kind, Key | ForEach-Object {
        "$($_.Kind)|$($_.Key)|$($_.Count)|$($_.SumNanoseconds)|$($_.P50Nanoseconds)|$($_.P99Nanoseconds)|$($_.MaxNanoseconds)|$(($_.Histogram | ForEach-Object { "$($_.From):$($_.Count)" }) -join ' ')"
    }
}
function EdgeKeys($Edges) { $Edges | ForEach-Object { "$($_.Caller)>$($_.Callee)=$($_.Count)" } | Sort-Object }
# Whether a process is a session on a host. Get-Process by name can miss one while others end. A zombie has no command line.
function IsSession([int] $Id) { try { [IO.File]::ReadAllText("/proc/$Id/cmdline").Contains('-sshs') } catch [IO.IOException] { $false } }
# A session on each host, in their order. They are opened once: pwsh starts there, and compiles the module. What breaks or ends a session opens its own.
function Sessions { if (-not $script:sessions) { $script:sessions = New-PSSession -HostName $hosts | Sort-Object ComputerName }; $script:sessions }
function Until([scriptblock] $Condition, [int] $Seconds, [string] $What) {
    for ($clock = [Diagnostics.Stopwatch]::StartNew(); -not (& $Condition); Start-Sleep -Milliseconds 100) {
        if ($clock.Elapsed.TotalSeconds -gt $Seconds) { throw "not within $Seconds s: $What" }
    }
}

# --- objects ------------------------------------------------------------------------------------------------------------------

function Suite-Objects {
    $s = Sessions
    $local = Import-KmTrace $calls -AsEdge
    $localLatency = Measure-KmLatency $sched -Kind Wakeup, Syscall, Irq
    Test 'edges of three hosts come back with the host, and are those of the file' {
        $script:edges = Invoke-Command $s { Import-KmTrace $using:calls -AsEdge }
        Equal ($edges | Group-Object PSComputerName | Sort-Object Name | ForEach-Object { "$($_.Name) $($_.Count)" }) ($hosts | ForEach-Object { "$_ $($local.Count)" })
        Equal (EdgeKeys ($edges | Where-Object PSComputerName -EQ web2)) (EdgeKeys $local)
        True ($edges[0].PSTypeNames[0] -eq 'Deserialized.KernelMagnifier.Model.CallEdge') 'the type of a copy'
    }
    Test 'a graph of them adds the counts up, as html and svg, and names the hosts' {
        foreach ($file in "$out/fleet.html", "$out/fleet.svg", "$out/fleet.gv") {
            $graph = $edges | Export-KmGraph $file -Force -PassThru -WarningAction Ignore
            True ((Get-Content -Raw $file).Contains('Calls on web1, web2, web3')) "$file names the hosts"
        }
        Equal $graph.Edges $local.Count 'edges'
        $sum = (3 * ($local | Measure-Object Count -Sum).Sum).ToString('N0', [cultureinfo]::InvariantCulture)
        True ((Get-Content -Raw "$out/fleet.gv").Contains("$sum calls")) "it counts $sum calls"
    }
    Test 'counts of them are three times those of the file' {
        $sum = $edges | Measure-KmCall | Sort-Object Function
        Equal ($sum | ForEach-Object { "$($_.Function) $($_.Calls)" }) ($local | Measure-KmCall | Sort-Object Function | ForEach-Object { "$($_.Function) $(3 * $_.Calls)" })
    }
    Test 'counts by recording keep the hosts apart' {
        $by = $edges | Measure-KmCall -By Recording | Sort-Object Recording
        Equal $by.Recording ($hosts | ForEach-Object { "${_}:$calls" })
        Equal ($by.Calls | Sort-Object -Unique) (($local | Measure-Object Count -Sum).Sum)
    }
    Test 'call events come back with all values' {
        $here = Import-KmTrace $calls -Function tcp_* | Select-Object -First 300 Timestamp, Cpu, Comm, ProcessId, Context, Function, Caller
        $there = Invoke-Command $s[0] { Import-KmTrace $using:calls -Function tcp_* } | Select-Object -First 300 Timestamp, Cpu, Comm, ProcessId, Context, Function, Caller
        Equal ($there | ConvertTo-Json -Compress) ($here | ConvertTo-Json -Compress)
    }
    Test 'counts that were made there can be exported here' {
        $counts = Invoke-Command $s { Import-KmTrace $using:calls | Measure-KmCall Edge }
        $graph = $counts | Export-KmGraph "$out/counts.gv" -Force -PassThru
        Equal $graph.Edges $local.Count
        $counts | Export-KmReport "$out/counts.csv" -Force
        True ((Get-Item "$out/counts.csv").Length -gt 1000) 'a report'
    }
    Test 'latencies come back with histograms equal to those here' {
        $script:latencies = Invoke-Command $s { Measure-KmLatency $using:sched -Kind Wakeup, Syscall, Irq }
        foreach ($name in $hosts) { Equal (Numbers ($latencies | Where-Object PSComputerName -EQ $name)) (Numbers $localLatency) $name }
    }
    Test 'latencies of three hosts merge to those of three files' {
        $merged = $latencies | Measure-KmLatency
        $here = $localLatency, $localLatency, $localLatency | ForEach-Object { $_ } | Measure-KmLatency
        Equal (Numbers $merged) (Numbers $here)
        Equal ($merged | Sort-Object Kind | ForEach-Object Count) ($localLatency | Sort-Object Kind | ForEach-Object { 3 * $_.Count })
    }
    Test 'tasks of several hosts merge by name, not by pid' {
        $tasks = Invoke-Command $s[0, 1] { Measure-KmLatency $using:sched -Kind Wakeup -By Task } | Measure-KmLatency
        Equal @($tasks | Where-Object { $null -ne $_.ProcessId }).Count 0 'rows with a pid'
        $names = Measure-KmLatency $sched -Kind Wakeup -By Task | Group-Object Comm
        Equal $tasks.Count $names.Count 'rows'
    }
    Test 'they are drawn, shown and reported' {
        $latencies | Export-KmChart "$out/fleet-latency.svg" -Force
        True ((Get-Content -Raw "$out/fleet-latency.svg").Contains('<svg')) 'a chart'
        True (($latencies | Where-Object Kind -EQ Wakeup | Format-KmHistogram | Out-String).Length -gt 100) 'a histogram'
        $latencies | Export-KmReport "$out/fleet-latency.csv" -Force
    }
    Test 'an assertion takes them' {
        $latencies | Assert-KmLatency -Kind Wakeup -P50 -LessThan 1s
        $failure = $null
        try { $latencies | Assert-KmLatency -Kind Wakeup -P50 -LessThan 1us } catch { $failure = $_ }
        True ($failure.FullyQualifiedErrorId -like 'AssertionFailed*') "AssertionFailed, and it is $($failure.FullyQualifiedErrorId)"
    }
    Test 'kernel events of three hosts are paired for each host apart' {
        $events = Invoke-Command $s { Import-KmTrace $using:sched -Event sched:sched_w*, sched:sched_switch }
        $measured = $events | Measure-KmLatency -Kind Wakeup
        Equal ($measured | Sort-Object Kind | ForEach-Object { "$($_.Kind) $($_.Count)" }) (Import-KmTrace $sched -Event sched:sched_w*, sched:sched_switch | Measure-KmLatency -Kind Wakeup | Sort-Object Kind | ForEach-Object { "$($_.Kind) $(3 * $_.Count)" })
    }
    Test 'intervals of another host are not looked up in the file of the same path here' {
        $intervals = Invoke-Command $s[0] { Measure-KmLatency $using:sched -Kind Wakeup -AsInterval -Above 1ms }
        Equal (($intervals | Sort-Object DurationNanoseconds).DurationNanoseconds) ((Measure-KmLatency $sched -Kind Wakeup -AsInterval -Above 1ms | Sort-Object DurationNanoseconds).DurationNanoseconds)
        $null = $intervals | Trace-KmLatencyCause -ErrorVariable why -ErrorAction SilentlyContinue
        Equal $why[0].FullyQualifiedErrorId 'RecordingOnAnotherHost,KernelMagnifier.Cmdlets.TraceKmLatencyCauseCommand'
        True ("$($why[0])".Contains('web1') -and "$($why[0])".Contains($sched)) 'the error names the host and the recording'
        $null = $intervals | Get-KmCriticalPath -ErrorVariable why -ErrorAction SilentlyContinue
        Equal $why[0].FullyQualifiedErrorId 'RecordingOnAnotherHost,KernelMagnifier.Cmdlets.GetKmCriticalPathCommand'
        $latency = Invoke-Command $s[0] { Measure-KmLatency $using:sched -Kind Wakeup }
        $null = $latency | Trace-KmLatencyCause -ErrorVariable why -ErrorAction SilentlyContinue
        True ($why.Count -gt 0 -and $why[0].FullyQualifiedErrorId -like 'RecordingOnAnotherHost*') 'the longest intervals of a latency, too'
    }
    Test 'causes and paths that were found there come back' {
        $there = Invoke-Command $s[0] { Trace-KmLatencyCause $using:sched -Kind Wakeup -Above 1ms }
        $here = Trace-KmLatencyCause $sched -Kind Wakeup -Above 1ms
        Equal ($there | ForEach-Object { "$($_.Start) $($_.Comm) $($_.Parts.Count)" }) ($here | ForEach-Object { "$($_.Start) $($_.Comm) $($_.Parts.Count)" })
        Equal ((($there | Format-List | Out-String) -split '\n' -notmatch '^PSComputerName') -join '' -replace '\s+', ' ') ((($here | Format-List | Out-String) -split '\n') -join '' -replace '\s+', ' ') 'the view'
        $there = Invoke-Command $s[0] { Measure-KmLatency $using:sched -Kind Wakeup -AsInterval -Above 3ms | Get-KmCriticalPath }
        $here = Measure-KmLatency $sched -Kind Wakeup -AsInterval -Above 3ms | Get-KmCriticalPath
        Equal ($there | ForEach-Object { "$($_.Start) $($_.End) $($_.Comm)" }) ($here | ForEach-Object { "$($_.Start) $($_.End) $($_.Comm)" })
    }
    Test 'a comparison that was made there comes back, and is drawn' {
        $there = Invoke-Command $s[0] { Compare-KmTrace $using:calls $using:calls -Kind Call -WarningAction Ignore }
        $here = Compare-KmTrace $calls $calls -Kind Call -WarningAction Ignore
        Equal $there.Count $here.Count
        Equal ($there[0..9] | ForEach-Object { "$($_.Kind) $($_.Key) $($_.Verdict)" }) ($here[0..9] | ForEach-Object { "$($_.Kind) $($_.Key) $($_.Verdict)" })
    }
    Test 'a description of a recording there is not compared with a file here' {
        $info = Invoke-Command $s[0] { Import-KmTrace $using:sched -Info }
        True ($info.PSComputerName -eq 'web1' -and $info.Path -eq $sched) 'the description'
        $why = $null
        try { Compare-KmTrace $info $sched -Kind Wakeup } catch { $why = $_ }
        True ($why.FullyQualifiedErrorId -like 'RecordingOnAnotherHost*') "RecordingOnAnotherHost, and it is $($why.FullyQualifiedErrorId)"
    }
    Test 'nested objects survive the depth of remoting' {
        $file = Invoke-Command $s[0] { Test-KmTrace $using:sched }
        True (@($file.Checks).Count -gt 0 -and $file.Checks[0].Name -isnot [Management.Automation.PSCustomObject]) 'checks of a recording'
        $bucket = $latencies[0].Histogram[0]
        True ($bucket.From -is [long] -and $bucket.Count -is [long]) 'ranges of a histogram are objects'
        $worst = ($latencies | Where-Object Kind -EQ Wakeup)[0].Worst[0]
        True ($worst.DurationNanoseconds -is [long] -and $worst.Comm -is [string]) 'the longest intervals are objects'
        $workload = Invoke-Command $s[0] { ConvertTo-KmWorkload $using:sched }
        Equal ($workload | Out-String) (ConvertTo-KmWorkload $sched | Out-String) 'a workload'
    }
    Test 'a symbol map is a file of the host, and its sources come back' {
        $map = "$data/symbol-filepath.map.zst"
        $there = Invoke-Command $s[0] { Import-KmTrace $using:calls -AsEdge -SymbolMap $using:map -SourcePath net/ipv4/ }
        $here = Import-KmTrace $calls -AsEdge -SymbolMap $map -SourcePath net/ipv4/
        True ($here.Count -gt 10) 'edges of the path'
        Equal (EdgeKeys $there) (EdgeKeys $here)
        $properties = @($here[0].PSObject.Properties.Name -match 'Source')
        True ($properties.Count -gt 0) 'properties of sources'
        Equal ($there | Sort-Object Caller, Callee | Select-Object $properties | ConvertTo-Json -Compress) ($here | Sort-Object Caller, Callee | Select-Object $properties | ConvertTo-Json -Compress) 'sources'
    }
}

# --- recording ----------------------------------------------------------------------------------------------------------------

function Suite-Recording {
    $s = (Sessions)[0, 1]
    Test 'the error of a host that cannot record names the host' {
        $here = $null
        try { Start-KmRecording "$out/x.dat" -Duration 1 } catch { $here = $_ }
        if (-not $here) { throw 'this machine can record, and is never recorded by a test' }
        Invoke-Command $s { Start-KmRecording /var/tmp/km-never.dat -Duration 1 } -ErrorVariable why -ErrorAction SilentlyContinue
        Equal ($why.OriginInfo.PSComputerName | Sort-Object) web1, web2
        Equal ($why.FullyQualifiedErrorId | Sort-Object -Unique) $here.FullyQualifiedErrorId
        Equal ("$($why[0])") ("$here")
        Equal $why[0].ErrorDetails.RecommendedAction $here.ErrorDetails.RecommendedAction
    }
    Test 'what a host allows is asked from all' {
        $reports = Invoke-Command $s { Test-KmHost }
        Equal ($reports.PSComputerName | Sort-Object) web1, web2
        Equal $reports[0].CanRecord (Test-KmHost).CanRecord
        Equal ($reports[0].Problems.Code -join ',') ((Test-KmHost).Problems.Code -join ',')
    }
    Test 'progress and Ctrl-C: a reading there ends promptly and leaves no process' {
        # About 150 MB of text: some seconds to pass on call by call.
        $large = "$Directory/large.txt"
        & bash -c "zstd -dcq '$calls' > '$Directory/one.txt' && for i in `$(seq 40); do cat '$Directory/one.txt'; done > '$large'; rm '$Directory/one.txt'"
        # What the console draws is what the session sends.
        $shell = [PowerShell]::Create()
        $shell.Runspace = $s[0].Runspace
        $running = $shell.AddScript('param($large) Import-KmTrace $large | Where-Object { $false }').AddArgument($large).BeginInvoke()
        Until { $shell.Streams.Progress.Count -gt 0 -or $running.IsCompleted } 60 'a progress record'
        $progress = $shell.Streams.Progress[0]
        True ($progress.Activity -eq "Reading $large" -and $progress.PercentComplete -ge 0) "the progress of the reading: $progress"
        $shell.Stop()
        $shell.Dispose()
        Equal (Invoke-Command $s[0] { 7 }) 7 'the session is usable'
        # A host of its own session: the process there writes its id when it has passed some calls on.
        $mark = "$Directory/mark"
        $shell = [PowerShell]::Create([initialsessionstate]::CreateDefault2())
        $running = $shell.AddScript(@'
            param($large, $mark)
            Invoke-Command -HostName web3 {
                Import-KmTrace $using:large | Where-Object { if (++$global:passed -eq 10000) { [IO.File]::WriteAllText("$using:mark.new", $PID); Move-Item "$using:mark.new" $using:mark }; $false }
            }
'@).AddArgument($large).AddArgument($mark).BeginInvoke()
        Until { (Test-Path $mark) -or $running.IsCompleted } 60 'it reads'
        True (Test-Path $mark) "it passed calls on: $($shell.Streams.Error)"
        $there = [int] (Get-Content -Raw $mark)
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        True ($clock.Elapsed.TotalSeconds -lt 5) "it ended in $($clock.Elapsed)"
        $shell.Dispose()
        # A reading that was faster than the stop ends its process, too.
        Until { -not (IsSession $there) } 30 'the process of web3 ended'
        Remove-Item $large, $mark
    }
}

# --- failure ------------------------------------------------------------------------------------------------------------------

function Suite-Failure {
    Test 'a host that refuses is named, and the results of the others are kept' {
        $found = Invoke-Command -HostName web1, refused, web3 { Import-KmTrace $using:calls -AsEdge | Measure-Object Count -Sum } -ErrorVariable why -ErrorAction SilentlyContinue
        Equal ($found.PSComputerName | Sort-Object) web1, web3
        Equal $found.Sum (@((Import-KmTrace $calls -AsEdge | Measure-Object Count -Sum).Sum) * 2)
        # PowerShell's error of Invoke-Command does not always name the host; that of New-PSSession does.
        True ($why.Count -gt 0) 'an error is reported'
        $s = New-PSSession -HostName web1, refused, web3 -ErrorVariable why -ErrorAction SilentlyContinue
        Equal ($s.ComputerName | Sort-Object) web1, web3
        True ("$why".Contains('[refused]')) "the error names the host: $why"
        Remove-PSSession $s
    }
    Test '-ThrottleLimit 1 gives the same, one host after the other' {
        $found = Invoke-Command (Sessions) -ThrottleLimit 1 { (Measure-KmLatency $using:sched -Kind Wakeup).Count }
        Equal $found.Count 3
        Equal ($found | Sort-Object -Unique) (Measure-KmLatency $sched -Kind Wakeup).Count
    }
    Test 'a command that fails on one host fails there only' {
        $found = Invoke-Command -HostName $hosts[0, 1] { if ((Get-Item env:SSH_CONNECTION).Value -match ' 127\.0\.0\.3 ') { Import-KmTrace /none.dat } else { Import-KmTrace $using:calls -Info } } -ErrorVariable why -ErrorAction SilentlyContinue
        Equal $found.PSComputerName web1
        Equal $why[0].OriginInfo.PSComputerName web2
        Equal $why[0].FullyQualifiedErrorId 'TraceNotFound,KernelMagnifier.Cmdlets.ImportKmTraceCommand'
    }
    Test 'a host that is lost in the middle is named, and the results of the others are kept' {
        $own = New-PSSession -HostName web2
        $s = (Sessions)[0], $own, (Sessions)[2]
        $victim = Invoke-Command $own { $PID }
        $job = Invoke-Command $s { Import-KmTrace $using:calls -AsEdge | Select-Object -First 3; if ($PID -eq $using:victim) { Start-Sleep 60 } } -AsJob
        Until { @($job.ChildJobs | Where-Object State -EQ Completed).Count -eq 2 -and ($job.ChildJobs | ForEach-Object { $_.Output.Count } | Measure-Object -Sum).Sum -eq 9 } 30 'the others completed'
        Stop-Process -Id $victim -Force
        $null = Wait-Job $job -Timeout 30
        $found = Receive-Job $job -ErrorVariable why -ErrorAction SilentlyContinue
        Equal ($found | Group-Object PSComputerName | Sort-Object Name | ForEach-Object { "$($_.Name) $($_.Count)" }) 'web1 3', 'web2 3', 'web3 3'
        $lost = $job.ChildJobs | Where-Object State -EQ Failed
        Equal $lost.Location web2 'the host of the job that failed'
        True ($why.Count -gt 0) 'an error is reported'
        Remove-Job $job -Force
        Remove-PSSession $own
    }
}

# --- copy ---------------------------------------------------------------------------------------------------------------------

function Sha($Path) { (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLowerInvariant() }

function Suite-Copy {
    $there = (New-Item -ItemType Directory "$Directory/there").FullName
    $bytes = [byte[]]::new(20MB)
    [Random]::new(7).NextBytes($bytes)
    [IO.File]::WriteAllBytes("$there/big.dat", $bytes)
    Copy-Item $sched "$there/sched.txt.zst"
    Copy-Item $calls "$there/calls [1] 'q' `$(touch pwned).zst"
    $hostile = "$there/-x`e]0;t`a`n..%2f.dat"
    [IO.File]::WriteAllText($hostile, 'hostile')
    $s = (Sessions)[0, 1]
    $ways = @{ ssh = @{ HostName = 'web1', 'web2' }; session = @{ Session = $s } }
    foreach ($name in $ways.Keys | Sort-Object -Descending) {
        $way = $ways[$name]
        $to = "$out/$name"
        Test "$name`: files of two hosts, with their hashes, and measured as they come" {
            $copies = Copy-KmRecording @way "$there/sched*", "$there/big.dat" -Destination $to
            Equal ($copies | Sort-Object FullName | ForEach-Object { "$($_.HostName) $($_.FullName) $($_.Status) $($_.Sha256 -ceq (Sha $_.RemotePath)) $((Sha $_.FullName) -ceq $_.Sha256)" }) (
                "web1 $to/web1/big.dat Copied True True", "web1 $to/web1/sched.txt.zst Copied True True", "web2 $to/web2/big.dat Copied True True", "web2 $to/web2/sched.txt.zst Copied True True")
            Equal ($copies | Where-Object RemotePath -Like *sched* | Import-KmTrace -Info).Count 2 'recordings'
            Equal (Get-ChildItem -Force $to -Recurse -File).Count 4 'files, without leftovers'
            True ((Get-Item "$to/web1/big.dat").UnixFileMode -eq 'UserRead, UserWrite') 'only the owner reads it'
        }
        Test "$name`: an equal copy is not copied again; another file is replaced with -Force only" {
            Equal (Copy-KmRecording @way "$there/big.dat" $to).Status Unchanged, Unchanged
            [IO.File]::WriteAllText("$to/web1/big.dat", 'other')
            $copies = Copy-KmRecording @way "$there/big.dat" $to -ErrorVariable why -ErrorAction SilentlyContinue
            Equal $copies.HostName web2
            Equal $why[0].FullyQualifiedErrorId 'OutputExists,KernelMagnifier.Cmdlets.CopyKmRecordingCommand'
            Equal (Get-Content -Raw "$to/web1/big.dat") other
            Equal (Copy-KmRecording @way "$there/big.dat" $to -Force | Sort-Object HostName).Status Copied, Unchanged
            Equal (Sha "$to/web1/big.dat") (Sha "$there/big.dat")
        }
        Test "$name`: continues a copy that was ended, and only if the original begins with it" {
            Remove-Item "$to/web1/big.dat", "$to/web2/big.dat"
            [IO.File]::WriteAllBytes("$to/web1/.big.dat.part", $bytes[0..5000000])
            [IO.File]::WriteAllBytes("$to/web2/.big.dat.part", [byte[]]::new(5000001))
            $copies = Copy-KmRecording @way "$there/big.dat" $to | Sort-Object HostName
            Equal ($copies | ForEach-Object { "$($_.Status) $($_.ResumedAt)" }) 'Resumed 5000001', 'Copied '
            foreach ($copy in $copies) { Equal (Sha $copy.FullName) (Sha "$there/big.dat") $copy.HostName }
            True (-not (Get-ChildItem -Force "$to/*/.*")) 'no leftovers'
        }
        Test "$name`: names that no shell and no folder takes literally" {
            $copies = Copy-KmRecording @way $there/calls* $to
            Equal ($copies | Sort-Object HostName).Count 2
            Equal (Copy-KmRecording @way -LiteralPath "$there/calls [1] 'q' `$(touch pwned).zst" -Destination "$to-literal").Count 2
            True (-not (Test-Path ~/pwned, pwned, "$Directory/pwned" -ErrorAction Ignore).Contains($true)) 'nothing ran'
        }
        Test "$name`: a hostile file name stays in the folder" {
            $copies = Copy-KmRecording @way -LiteralPath $hostile -Destination $to
            Equal ($copies | ForEach-Object FullName | Sort-Object) "$to/web1/%2Dx%1B]0;t%07%0A..%252f.dat", "$to/web2/%2Dx%1B]0;t%07%0A..%252f.dat"
            True (-not ($copies | Format-List | Out-String).Contains("`e")) 'no escape in the view'
        }
        Test "$name`: a path that does not exist is an error of its own" {
            $copies = Copy-KmRecording @way "$there/none.dat", "$there/sched*" $to -ErrorVariable why -ErrorAction SilentlyContinue
            Equal $copies.Count 2
            Equal ($why.TargetObject | Sort-Object) "web1:$there/none.dat", "web2:$there/none.dat"
            Equal ($why.FullyQualifiedErrorId | Sort-Object -Unique) 'TraceNotFound,KernelMagnifier.Cmdlets.CopyKmRecordingCommand'
        }
    }
    Test 'a host that refuses is named, and the copies of the others are kept' {
        $copies = Copy-KmRecording -HostName web1, refused, web3 "$there/sched*" "$out/partial" -ErrorVariable why -ErrorAction SilentlyContinue
        Equal ($copies.HostName | Sort-Object) web1, web3
        Equal $why.Count 1
        Equal $why[0].TargetObject refused
        Equal $why[0].FullyQualifiedErrorId 'HostFailed,KernelMagnifier.Cmdlets.CopyKmRecordingCommand'
        True ("$($why[0])" -match 'ssh cannot connect: .*Connection refused') "the cause: $($why[0])"
    }
    Test 'Ctrl-C and a connection that is lost keep what was copied; the next run continues' {
        # A slow host: its tail passes 2 MB on, and waits.
        $slow = (New-Item -ItemType Directory "$Directory/slow").FullName
        [IO.File]::WriteAllText("$slow/ssh", "#!/bin/sh`nfor last; do :; done`nscript=`$(cat)`ncase `$script in *'exec tail'*) printf '%s\n' `"`$script`" | $Directory/bin/ssh `"`$@`" | (head -c 2000000; sleep 30; cat) ;; *) printf '%s\n' `"`$script`" | $Directory/bin/ssh `"`$@`" ;; esac`n")
        & chmod 755 "$slow/ssh"
        $before = $env:PATH
        $env:PATH = "${slow}:$before"
        try {
            $shell = [PowerShell]::Create([initialsessionstate]::CreateDefault2())
            $null = $shell.AddScript('param($from, $to) Import-Module KernelMagnifier; Copy-KmRecording -HostName web1 $from $to').AddArgument("$there/big.dat").AddArgument("$out/slow")
            $running = $shell.BeginInvoke()
            $part = "$out/slow/web1/.big.dat.part"
            Until { (Test-Path $part) -and (Get-Item -Force $part).Length -gt 1900000 -or $running.IsCompleted } 20 'the beginning is there'
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            True ($clock.Elapsed.TotalSeconds -lt 5) "it ended in $($clock.Elapsed)"
            $shell.Dispose()
        }
        finally { $env:PATH = $before }
        $copy = Copy-KmRecording -HostName web1 "$there/big.dat" "$out/slow"
        Equal $copy.Status Resumed
        True ($copy.ResumedAt -gt 1900000) "at $($copy.ResumedAt)"
        Equal (Sha $copy.FullName) (Sha "$there/big.dat")
    }
    Test 'results of the hosts name what to copy' {
        $copies = Invoke-Command -HostName web1, web2 { Get-Item "$using:there/sched*" } | Copy-KmRecording -Destination "$out/piped"
        Equal ($copies.FullName | Sort-Object) "$out/piped/web1/sched.txt.zst", "$out/piped/web2/sched.txt.zst"
    }
    Test 'another user, port and key are those of ssh' {
        $copy = Copy-KmRecording -HostName "$([Environment]::UserName)@web1:$env:KM_SSH_PORT" "$there/sched*" "$out/explicit" -KeyFilePath "$Directory/user_key" -Options @{ ConnectTimeout = 7 }
        Equal $copy.FullName "$out/explicit/web1/sched.txt.zst"
        $null = Copy-KmRecording -HostName web1 -UserName nobody-there "$there/sched*" "$out/explicit" -ErrorVariable why -ErrorAction SilentlyContinue
        True ("$($why[0])".Contains('Permission denied')) "$($why[0])"
    }
}

$script:sessions = $null
foreach ($name in $Suite) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    & "Suite-$name"
    "suite $name`: $([int] $clock.Elapsed.TotalSeconds) s"
}
if ($script:sessions) { Remove-PSSession $script:sessions }
"$script:passed passed, $script:failed failed, $script:skipped skipped"
exit [int] ($script:failed -gt 0)
