BeforeDiscovery {
    # What a query must not do. {0} is a file of the dataset, {1} the dataset, {2} a folder outside that can be written.
    $refused = @(
        'COPY calls TO ''{2}/x.csv'''
        'COPY (SELECT 1 AS a) TO ''{0}'' (FORMAT parquet, USE_TMP_FILE false)'
        'COPY (SELECT 1 AS a) TO ''{1}/calls/x.parquet'' (FORMAT parquet)'
        'COPY calls FROM ''{2}/secret.csv'''
        'EXPORT DATABASE ''{2}/export'''
        'IMPORT DATABASE ''{2}/export'''
        'ATTACH ''{2}/x.db'' AS x'
        'ATTACH '':memory:'' AS x'
        'DETACH memory'
        'USE memory'
        'INSTALL httpfs'
        'FORCE INSTALL httpfs'
        'LOAD httpfs'
        'LOAD ''{2}/x.duckdb_extension'''
        'UPDATE EXTENSIONS'
        'SET threads = 1'
        'SET memory_limit = ''1GB'''
        'SET enable_external_access = true'
        'SET allowed_directories = [''/'']'
        'SET VARIABLE x = 1'
        'RESET threads'
        'PRAGMA threads = 1'
        'PRAGMA enable_profiling'
        'PRAGMA database_list'
        'PRAGMA show_tables'
        'CREATE SECRET (TYPE s3)'
        'CREATE TABLE t AS SELECT 1'
        'CREATE TEMP TABLE t AS SELECT 1'
        'CREATE VIEW v AS SELECT 1'
        'CREATE MACRO f() AS 1'
        'CREATE SCHEMA s'
        'DROP VIEW calls'
        'DROP TABLE recordings'
        'ALTER TABLE recordings ADD COLUMN x INTEGER'
        'INSERT INTO recordings (host) VALUES (1)'
        'UPDATE recordings SET host = 1'
        'DELETE FROM recordings'
        'TRUNCATE recordings'
        'MERGE INTO recordings USING calls ON true WHEN MATCHED THEN DELETE'
        'COMMENT ON VIEW calls IS ''x'''
        'BEGIN'
        'COMMIT'
        'CHECKPOINT'
        'VACUUM'
        'ANALYZE'
        'PREPARE p AS SELECT 1'
        'EXECUTE p'
        'DEALLOCATE p'
        'CALL pragma_version()'
        'CALL enable_logging(storage = ''file'', storage_config = {{''path'': ''{2}/log''}})'
        'SELECT 1; SELECT 2'
        'SELECT 1; COPY calls TO ''{2}/x.csv'''
        'EXPLAIN COPY calls TO ''{2}/x.csv'''
        'EXPLAIN ANALYZE COPY calls TO ''{2}/x.csv'''
        'EXPLAIN ANALYZE SELECT 1; COPY calls TO ''{2}/x.csv'''
        '/* SELECT */ COPY calls TO ''{2}/x.csv'''
        '-- SELECT
         COPY calls TO ''{2}/x.csv'''
        ''';'
        'SELECT * FROM read_csv(''{2}/secret.csv'')'
        'SELECT * FROM read_csv_auto(''/etc/passwd'')'
        'SELECT * FROM read_text(''/etc/hostname'')'
        'SELECT * FROM read_blob(''/proc/self/environ'')'
        'SELECT * FROM read_json(''{2}/secret.csv'')'
        'SELECT * FROM read_parquet(''{2}/other.parquet'')'
        'SELECT * FROM read_parquet(''{0}'')'
        'SELECT * FROM parquet_metadata(''{2}/other.parquet'')'
        'SELECT * FROM read_duckdb(''{2}/x.db'')'
        'SELECT * FROM sniff_csv(''{2}/secret.csv'')'
        'SELECT * FROM glob(''/etc/*'')'
        'SELECT * FROM ''{2}/secret.csv'''
        'SELECT * FROM "{2}/secret.csv"'
        'SELECT * FROM ''{2}/other.parquet'''
        'SELECT * FROM ''https://example.com/x.parquet'''
        'SELECT * FROM ''s3://bucket/x.parquet'''
        'SELECT (SELECT count(*) FROM glob(''/etc/*''))'
        'WITH t AS (FROM read_csv(''{2}/secret.csv'')) SELECT * FROM t'
        'DESCRIBE FROM read_csv(''{2}/secret.csv'')'
        'SUMMARIZE FROM read_csv(''{2}/secret.csv'')'
        'SELECT 1 UNION ALL SELECT size FROM read_text(''/etc/hostname'')'
        'SELECT * FROM query(''SELECT * FROM read_csv(''''/etc/passwd'''')'')'
        'SELECT * FROM query_table(''calls'')'
        'SELECT * FROM enable_logging(storage = ''file'', storage_config = {{''path'': ''{0}''}})'
        'SELECT * FROM enable_profiling(save_location = ''{2}/profile'')'
        'SELECT * FROM json_execute_serialized_sql(json_serialize_sql(''SELECT 1''))'
        'SELECT * FROM arrow_scan(NULL, NULL, NULL)'
        'SELECT * FROM duckdb_secrets()'
        'SELECT * FROM force_checkpoint()'
        'SELECT write_log(''x'')'
        'SELECT list_transform([1], lambda x: write_log(''x''))'
        'SELECT 1 INTO x'
        'SELECT getenv(''HOME'')'
        '.shell id'
        '.read /etc/passwd'
        'SHOW FILES; SET threads = 1'
    ) | ForEach-Object { @{ Statement = $_ } }
    $answered = @(
        'SELECT 1', 'WITH t AS (SELECT 1 AS a) SELECT * FROM t', 'VALUES (1), (2)', 'FROM calls LIMIT 1', 'TABLE recordings', 'DESCRIBE calls',
        'SUMMARIZE calls', 'SHOW TABLES', 'SHOW calls', 'EXPLAIN SELECT * FROM calls', 'explain analyze SELECT count(*) FROM calls',
        ';;SELECT 1;', '/* COPY x */ SELECT 1', 'SELECT ''COPY x TO y''', '(SELECT 1) UNION ALL (SELECT 2)', 'SELECT * FROM range(3)',
        'SELECT unnest([1, 2])', 'FROM (FROM calls SELECT cpu) PIVOT (count(*) FOR cpu IN (0, 1))', 'SELECT * FROM duckdb_columns() LIMIT 1',
        'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT max(n) AS n FROM t'
    ) | ForEach-Object { @{ Statement = $_ } }
}

BeforeAll {
    . $PSScriptRoot/Support.ps1
    Expand-TestData km-small.data.zst $TestDrive/small.data
    Expand-TestData latency/sched.txt.zst $TestDrive/sched.txt
    Import-KmTrace $TestDrive/small.data, $TestDrive/sched.txt -WarningAction Ignore | Export-KmTable $TestDrive/fleet -HostName web1 | Out-Null
    $outside = (New-Item -ItemType Directory $TestDrive/outside).FullName
    "a,b`n1,2" | Set-Content $outside/secret.csv
    $file = (Get-ChildItem $TestDrive/fleet/calls -Recurse -File).FullName
    Copy-Item $file $outside/other.parquet
    function Get-State { Get-ChildItem $TestDrive/fleet, $outside -Recurse -File -Force | ForEach-Object { "$($_.FullName) $((Get-FileHash $_.FullName).Hash)" } }
    function Get-Id([scriptblock] $Script) { try { & $Script | Out-Null; 'none' } catch { ($_.FullyQualifiedErrorId -split ',')[0] } }
}

Describe 'Invoke-KmQuery' {
    It 'refuses: <Statement>' -ForEach $refused {
        $before = Get-State
        $query = $Statement -f $file, "$TestDrive/fleet", $outside
        Get-Id { Invoke-KmQuery $query $TestDrive/fleet -ErrorAction Stop } | Should -BeIn QueryRefused, QueryFailed
        Get-State | Should -Be $before
        # Only what is no SQL of DuckDB, and functions that it does not have, fail instead of being refused.
        if ($Statement -notmatch '^(\.|'';|EXECUTE|SELECT 1 INTO|SHOW FILES)|getenv') {
            Get-Id { Invoke-KmQuery $query $TestDrive/fleet -ErrorAction Stop } | Should -Be QueryRefused
        }
    }

    It 'answers: <Statement>' -ForEach $answered {
        @(Invoke-KmQuery $Statement $TestDrive/fleet -ErrorAction Stop).Count | Should -BeGreaterThan 0
    }

    It 'agrees with the recording' {
        $counts = Import-KmTrace $TestDrive/small.data -WarningAction Ignore | Measure-KmCall
        $rows = Invoke-KmQuery 'SELECT function, count(*) AS calls FROM calls GROUP BY function' $TestDrive/fleet
        $rows.Count | Should -Be $counts.Count
        $byName = @{}
        foreach ($row in $rows) { $byName[$row.function] = $row.calls }
        foreach ($count in $counts) { $byName[$count.Function] | Should -Be $count.Calls }
        $wakeup = Measure-KmLatency $TestDrive/sched.txt -Kind Wakeup
        $row = Invoke-KmQuery 'SELECT count(*) AS n, sum(duration_ns) AS s, max(duration_ns) AS m FROM intervals WHERE kind = ''Wakeup''' $TestDrive/fleet
        $row.n, $row.s, $row.m | Should -Be $wakeup.Count, $wakeup.SumNanoseconds, $wakeup.MaxNanoseconds
        $recording = Invoke-KmQuery 'SELECT * FROM recordings WHERE recording = ''small.data''' $TestDrive/fleet
        $info = Import-KmTrace $TestDrive/small.data -Info -WarningAction Ignore
        $recording.host, $recording.calls, $recording.lost_events, $recording.tables | Should -Be 'web1', $info.Calls, $info.LostEvents, 'calls'
    }

    It 'has all tables, and an empty one if the dataset has none of it' {
        foreach ($table in 'calls', 'edges', 'events', 'intervals', 'latencies', 'logs', 'probes', 'recordings') {
            (Invoke-KmQuery "SELECT count(*) AS n FROM $table" $TestDrive/fleet).n | Should -BeGreaterOrEqual 0
            (Invoke-KmQuery "DESCRIBE $table" $TestDrive/fleet).column_name | Should -Contain host
        }
        Invoke-KmQuery 'SELECT * FROM edges' $TestDrive/fleet | Should -BeNullOrEmpty
        { Invoke-KmQuery 'SELECT * FROM call' $TestDrive/fleet -ErrorAction Stop } | Should -Throw '*calls*'
    }

    It 'has the columns of the contract, whatever the partitions are' {
        $contract = Get-Content "$root/docs/formats/tables.md" -Raw
        Import-KmTrace $TestDrive/sched.txt | Export-KmTable $TestDrive/flat -PartitionBy None -HostName web2 | Out-Null
        Import-KmTrace $TestDrive/sched.txt | Export-KmTable $TestDrive/byhost -PartitionBy Host -HostName web3 | Out-Null
        $all = Invoke-KmQuery 'SELECT host, recording, count(*) AS n FROM events GROUP BY ALL ORDER BY host' $TestDrive/fleet, $TestDrive/flat, $TestDrive/byhost
        $all.host | Should -Be web1, web2, web3
        $all.recording | Select-Object -Unique | Should -Be sched.txt
        $all.n | Select-Object -Unique | Should -HaveCount 1
        foreach ($dataset in 'fleet', 'flat', 'byhost') {
            $columns = (Invoke-KmQuery 'DESCRIBE events' $TestDrive/$dataset).column_name
            $columns[0, 1, 2] | Should -Be host, recording, time
            foreach ($column in $columns) { $contract.Contains("``$column``") | Should -BeTrue -Because $column }
        }
    }

    It 'returns values of PowerShell' {
        $row = Invoke-KmQuery @'
            SELECT 1 AS a, 1 AS A, NULL AS n, [1, NULL, 3] AS l, [[1, NULL]] AS ll, {'x': 1, 'y': 'z'} AS s, map([1, 2], ['a', 'b']) AS m, sum(5::BIGINT) AS t,
                9223372036854775808::HUGEINT AS big, 1.5::DECIMAL(4, 2) AS d, '\xC3\xA9'::BLOB AS b, make_timestamp_ns(1700000000123456789) AS time,
                true AS yes, 2.5::DOUBLE AS r, 3 AS PSObject
'@ $TestDrive/fleet
        $row.PSObject.TypeNames[0] | Should -Be KernelMagnifier.QueryRow
        $row.a, $row.A_1, $row.t, $row.d, $row.yes, $row.r, $row.PSObject_ | Should -Be 1, 1, 5, 1.5, $true, 2.5, 3
        $row.n | Should -Be $null
        $row.l.Count | Should -Be 3
        $row.l[1] | Should -Be $null
        $row.ll[0][0] | Should -Be 1
        $row.s.x, $row.s.y | Should -Be 1, z
        $row.m[[object]2] | Should -Be b
        $row.t | Should -BeOfType long
        $row.big | Should -BeOfType bigint
        , $row.b | Should -BeOfType byte[]
        $row.time | Should -Be ([DateTimeOffset]::Parse('2023-11-14T22:13:20.1234567Z'))
        $row.time.Offset | Should -Be ([TimeSpan]::Zero)
        (Invoke-KmQuery 'SELECT epoch_ns(make_timestamp_ns(1700000000123456789)) AS ns' $TestDrive/fleet).ns | Should -Be 1700000000123456789
    }

    It 'escapes texts for the terminal, unless they are wanted as they are' {
        $escape = 'SELECT ''a'' || chr(27) || ''[31m'' || chr(8238) AS e, [chr(7)] AS l'
        $row = Invoke-KmQuery $escape $TestDrive/fleet
        $row.e, $row.l | Should -Be 'a\x1b[31m\u{202e}', '\x07'
        (Invoke-KmQuery $escape $TestDrive/fleet -Raw).e | Should -Be "a`e[31m`u{202e}"
        $named = Invoke-KmQuery "SELECT 1 AS ""x`e[31m""" $TestDrive/fleet
        $named.PSObject.Properties.Name | Should -Be 'x\x1b[31m'
        { Invoke-KmQuery "SELECT * FROM ""x`e[31m""" $TestDrive/fleet -ErrorAction Stop } | Should -Throw '*\x1b*'
    }

    It 'binds parameters and never makes them SQL' {
        $evil = 'x''; COPY calls TO ''y'
        (Invoke-KmQuery 'SELECT $a AS a, $b + 1 AS b' $TestDrive/fleet -Parameter @{ a = $evil; b = 2 }) | ForEach-Object { $_.a, $_.b } | Should -Be $evil, 3
        (Invoke-KmQuery 'SELECT count(*) AS n FROM calls WHERE list_contains($names, function)' $TestDrive/fleet -Parameter @{ names = 'mutex_unlock', 'mutex_lock' }).n | Should -BeGreaterThan 0
        (Invoke-KmQuery 'SELECT make_timestamp_ns(0) < $t AS b' $TestDrive/fleet -Parameter @{ t = [DateTimeOffset]::Now }).b | Should -BeTrue
        Get-Id { Invoke-KmQuery 'SELECT $a' $TestDrive/fleet -ErrorAction Stop } | Should -Be QueryFailed
        Get-Id { Invoke-KmQuery 'SELECT $a' $TestDrive/fleet -Parameter @{ a = @{} } -ErrorAction Stop } | Should -Be QueryFailed
    }

    It 'takes queries and datasets from the pipeline' {
        ('SELECT 1 AS n', 'SELECT 2 AS n' | Invoke-KmQuery -Path $TestDrive/fleet).n | Should -Be 1, 2
        # One that fails does not keep the others from running.
        ('SELECT 1 AS n', 'SELEC', 'SELECT 2 AS n' | Invoke-KmQuery -Path $TestDrive/fleet -ErrorAction SilentlyContinue).n | Should -Be 1, 2
        $one = (Invoke-KmQuery 'SELECT count(*) AS n FROM calls' $TestDrive/fleet).n
        (Get-Item $TestDrive/fleet | Invoke-KmQuery 'SELECT count(*) AS n FROM calls').n | Should -Be $one
        (Get-ChildItem $TestDrive/fleet -Recurse -File | Invoke-KmQuery 'SELECT count(*) AS n FROM calls').n | Should -Be $one
        (Invoke-KmQuery 'SELECT count(*) AS n FROM calls' $TestDrive/fle*).n | Should -Be $one
    }

    It 'has limits' {
        Get-Id { Invoke-KmQuery 'SELECT range, list(range) FROM range(100000000) GROUP BY range' $TestDrive/fleet -MemoryLimit 64MB -ErrorAction Stop } | Should -Be QueryTooLarge
        Get-Id { Invoke-KmQuery 'SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b' $TestDrive/fleet -Timeout 1 -ErrorAction Stop } | Should -Be QueryTimedOut
        @(Invoke-KmQuery 'FROM range(1000000000)' $TestDrive/fleet | Select-Object -First 3).Count | Should -Be 3
        (Invoke-KmQuery 'SELECT current_setting(''threads'') AS n' $TestDrive/fleet -Threads 1).n | Should -Be 1
    }

    It 'stops at once' {
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$modulePath'; 1; Invoke-KmQuery 'SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b' '$TestDrive/fleet'")
        $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $run = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
        while ($output.Count -eq 0) { Start-Sleep -Milliseconds 50 }
        Start-Sleep 1
        $shell.Stop()
        $run.IsCompleted | Should -BeTrue
        $shell.InvocationStateInfo.State | Should -Be Stopped
        $shell.Dispose()
    }

    It 'says what is wrong with a dataset' {
        Get-Id { Invoke-KmQuery 'SELECT 1' $TestDrive/nothing -ErrorAction Stop } | Should -Be TableNotFound
        $empty = New-Item -ItemType Directory $TestDrive/empty
        Get-Id { Invoke-KmQuery 'SELECT 1' $empty -ErrorAction Stop } | Should -Be TableUnreadable
        # Half-written: hidden files are left out, and a file that was cut is damaged.
        Copy-Item -Recurse $TestDrive/fleet $TestDrive/cut
        $part = Get-ChildItem $TestDrive/cut/events -Recurse -File
        Copy-Item $part "$($part.Directory)/.$($part.Name).tmp"
        (Invoke-KmQuery 'SELECT count(*) AS n FROM events' $TestDrive/cut).n | Should -Be (Invoke-KmQuery 'SELECT count(*) AS n FROM events' $TestDrive/fleet).n
        $bytes = [System.IO.File]::ReadAllBytes($part)
        foreach ($length in 0, 3, 100, ($bytes.Length - 1)) {
            [System.IO.File]::WriteAllBytes($part, $bytes[0..($length - 1)])
            if ($length -eq 0) { [System.IO.File]::WriteAllBytes($part, [byte[]]@()) }
            { Invoke-KmQuery 'SELECT 1' $TestDrive/cut -ErrorAction Stop } | Should -Throw "*$($part.Name)*"
            Get-Id { Invoke-KmQuery 'SELECT 1' $TestDrive/cut -ErrorAction Stop } | Should -Be TableUnreadable
        }
        # Damaged in the middle: the description is whole, the pages are not.
        $damaged = $bytes.Clone()
        foreach ($at in 1000..3000) { $damaged[$at] = $at -band 0xFF }
        [System.IO.File]::WriteAllBytes($part, $damaged)
        Get-Id { Invoke-KmQuery 'SELECT * FROM events' $TestDrive/cut -ErrorAction Stop } | Should -BeIn TableUnreadable, QueryFailed
        # A link leads outside.
        Copy-Item -Recurse $TestDrive/fleet $TestDrive/linked
        $null = New-Item -ItemType SymbolicLink $TestDrive/linked/calls/x.parquet -Target $outside/other.parquet
        { Invoke-KmQuery 'SELECT 1' $TestDrive/linked -ErrorAction Stop } | Should -Throw '*symbolic link*'
        Remove-Item $TestDrive/linked/calls/x.parquet
        $null = New-Item -ItemType SymbolicLink $TestDrive/linked/calls/more -Target $outside
        { Invoke-KmQuery 'SELECT 1' $TestDrive/linked/ -ErrorAction Stop } | Should -Throw '*symbolic link*'
        Remove-Item $TestDrive/linked/calls/more
        mkfifo $TestDrive/linked/calls/x.parquet
        { Invoke-KmQuery 'SELECT 1' $TestDrive/linked/ -ErrorAction Stop } | Should -Throw '*regular*'
    }

    It 'reads a dataset whose path has wildcards and quotes' {
        $odd = "$TestDrive/it's [1] a*b?"
        Copy-Item -Recurse $TestDrive/fleet $odd
        (Invoke-KmQuery 'SELECT count(*) AS n FROM calls' -LiteralPath $odd).n | Should -Be (Invoke-KmQuery 'SELECT count(*) AS n FROM calls' $TestDrive/fleet).n
    }

    It 'loads DuckDB when it is needed, in a context of its own' {
        $loaded = & $pwsh -NoProfile -Command "Import-Module '$modulePath'; `$null = Get-Help Invoke-KmQuery; (Get-Command Invoke-KmQuery).ParameterSets.Count
            `$names = { [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -match 'Duck|Parquet' } }
            (& `$names).Count; (Invoke-KmQuery 'SELECT 1 AS n' '$TestDrive/fleet').n
            (& `$names | ForEach-Object { [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name } | Select-Object -Unique).Count
            [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.Where{ `$_.GetName().Name -match 'Duck' }.Count"
        $loaded | Should -Be 2, 0, 1, 1, 0
    }
}
