#!/usr/bin/env bash
# Makes the tables on the nodes, and loads a dataset of Export-KmTable or `kernel-magnifier table` into them.
#
#   load.sh schema [--old]              runs schema.sql on every node
#   load.sh [--old] FOLDER              loads FOLDER, the one with intervals/, edges/, ...
#
# Without --old, the server reads the Parquet files itself: FOLDER is below the user_files_path of the first node. --old is for releases without Parquet (18.16,
# Debian's package, to 19.13): DuckDB reads the files, on this machine, and the rows go to the server as TabSeparated.
#
#   CLICKHOUSE="clickhouse-client"      the client, with its options
#   NODES="a:9000 b:9000"               the nodes; the first one takes the rows and sends each to the node of its host
#   DUCKDB="duckdb -c"                  what runs a statement of DuckDB, for --old
#
# The layout is the default one, host=H/recording=R. A recording that is loaded already ends the load before it begins: no row is loaded twice.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
read -r -a client <<< "${CLICKHOUSE:-clickhouse-client}"
read -r -a nodes <<< "${NODES:-127.0.0.1:9000}"
read -r -a duckdb <<< "${DUCKDB:-duckdb -c}"

die() {
    echo "load.sh: $*" >&2
    exit 1
}

# on NODE ARGUMENT...: the client on a node
on() {
    local node=$1
    shift
    "${client[@]}" --host "${node%:*}" --port "${node##*:}" "$@"
}

old=no mode=load folder=
for argument in "$@"; do
    case $argument in
        --old) old=yes ;;
        schema) mode=schema ;;
        -*) die "there is no option $argument: see the first lines of load.sh" ;;
        *) folder=${argument%/} ;;
    esac
done
first=${nodes[0]}

if [ $mode = schema ]; then
    for node in "${nodes[@]}"; do
        if [ $old = yes ]; then sed -E -f "$here/old-release.sed" "$here/schema.sql"; else cat "$here/schema.sql"; fi | on "$node" --multiquery
    done
    exit 0
fi
[ -d "$folder" ] || die "${folder:-(no folder)} is no folder: name the dataset"

# The recordings of the dataset, as the paths spell them: percent-encoded.
recordings() {
    find "$folder" -mindepth 3 -maxdepth 3 -type d -path '*/host=*/recording=*' -printf '%P\n' | sed 's#^[^/]*/##' | sort -u
}
known="coalesce(nullIf(decodeURLComponent(extract(path, 'host=([^/]*)')), '__HIVE_DEFAULT_PARTITION__'), '') AS h,
    coalesce(nullIf(decodeURLComponent(extract(path, 'recording=([^/]*)')), '__HIVE_DEFAULT_PARTITION__'), '') AS r"

# ask SQL: a question to the first node, with the table `paths` of the recordings
ask() {
    recordings | on "$first" --query "$1" --external --file=- --name=paths --structure='path String'
}

again=$(ask "SELECT concat(h, ' ', r) FROM (SELECT $known FROM paths) WHERE (h, r) GLOBAL IN (SELECT host, recording FROM km.recordings) ORDER BY h, r LIMIT 1")
[ -z "$again" ] || die "$again is loaded already, or its load was broken off: move what is loaded out of the folder, or delete its rows and repeat"

# The columns of a table in the order of the file: the first argument is the table, and the second one the columns without host and recording.
columns_of() {
    case $1 in
        intervals) echo kind key name comm pid time start_clock end_clock duration_ns cpu start_cpu previous_cpu waker waker_comm waker_context basis \
            on_cpu_ns runnable_ns blocked_ns placement_ns net_ns unit ;;
        latencies) echo kind key name comm pid cpu time until from_clock until_clock count sum_ns min_ns p50_ns p90_ns p99_ns p999_ns max_ns mean_ns \
            bucket_low_ns bucket_high_ns bucket_count unit method account measurement record ;;
        edges) echo caller callee count total_ns self_ns caller_module callee_module caller_source_file callee_source_file caller_source_line \
            callee_source_line nesting ;;
        calls) echo time clock cpu pid tgid comm context function caller module caller_module duration_ns self_ns depth source_file caller_source_file \
            source_line caller_source_line ;;
        events) echo time clock cpu pid tgid comm context system name fields message stack ;;
        logs) echo id time duration_ns status reason schedule epoch sequence machine_id boot_id kernel_release machine cpus method events lost_events \
            cost_cpu_ns cost_wall_ns record ;;
    esac
}

list() {
    local text
    text=$(printf ', %s' "$@")
    echo "${text:2}"
}

# Releases that read Parquet. The path says the host and the recording; host and recording of file() would be guessed types and not decoded.
load_current() {
    local table=$1 columns source
    read -r -a columns <<< "$(columns_of "$table")"
    source="SELECT $(echo "$known" | sed 's/(path,/(_path,/g; s/ AS h/ AS host_/; s/ AS r$/ AS recording_/'), $(list "${columns[@]}")
        FROM file('$inside/$table/**/*.parquet', Parquet)"
    if [ "$table" = edges ]; then
        on "$first" --query "INSERT INTO km.edges (host, recording, $(list "${columns[@]}"), day)
            SELECT host_, recording_, $(list "${columns[@]}"), r.day FROM ($source) AS e
            LEFT JOIN (SELECT host AS host_, recording AS recording_, max(day) AS day FROM km.recordings GROUP BY host, recording) AS r
            USING (host_, recording_)"
    else
        on "$first" --query "INSERT INTO km.$table (host, recording, $(list "${columns[@]}")) $source"
    fi
}

# TabSeparated escapes a backslash, a tab and a line break; DuckDB's CSV writer does none of that without quotes.
escape() {
    echo "replace(replace(replace(replace(CAST($1 AS VARCHAR), chr(92), chr(92) || chr(92)), chr(9), chr(92) || 't'), chr(10), chr(92) || 'n'), chr(0), chr(92) || '0')"
}

files() {
    echo "read_parquet('${folder//\'/\'\'}/$1/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
}

load_old() {
    local table=$1 columns column values=() names=() from
    read -r -a columns <<< "$(columns_of "$table")"
    for column in host recording; do
        values+=("$(escape "coalesce(t.$column, '')")")
        names+=("$column")
    done
    for column in "${columns[@]}"; do
        case $table.$column in
            *.time | latencies.until) values+=("epoch_ns(t.$column)") names+=("${column}_ns") ;;
            # An element of an array is quoted, and escaped once.
            events.stack)
                values+=("coalesce('[' || array_to_string(['''' || replace($(escape f), '''', chr(92) || '''') || '''' FOR f IN t.stack], ',') || ']', '[]')")
                names+=("$column") ;;
            *.bucket_*) values+=("coalesce(CAST(t.$column AS VARCHAR), '[]')") names+=("$column") ;;
            *.kind | *.name | *.key | *.comm | *.*comm | *.*context | *.basis | *.unit | *.method | *.caller* | *.callee* | *.function | *.*module | *.*file | *.nesting \
                | *.system | *.fields | *.message | *.account | *.measurement | *.record | *.id | *.status | *.reason | *.schedule | *.epoch | *.machine* | *.boot_id | *.kernel_release)
                values+=("$(escape "t.$column")") names+=("$column") ;;
            *) values+=("t.$column") names+=("$column") ;;
        esac
    done
    from="$(files "$table") AS t"
    if [ "$table" = edges ]; then
        values+=("coalesce(d.day, DATE '1970-01-01')") names+=(day)
        from+=" LEFT JOIN ($(days)) AS d ON d.host IS NOT DISTINCT FROM t.host AND d.recording IS NOT DISTINCT FROM t.recording"
    fi
    # A pipe, because DuckDB opens /dev/stdout anew. To keep the order of rows, it would keep the rows.
    "${duckdb[@]}" "SET preserve_insertion_order = false; COPY (SELECT $(list "${values[@]}") FROM $from) TO '/dev/stdout' (FORMAT csv, DELIMITER '\t', QUOTE '', ESCAPE '', NULLSTR '\\N', HEADER false)" \
        | on "$first" --query "INSERT INTO km.$table ($(list "${names[@]}")) FORMAT TabSeparated"
}

# The day of each recording, for DuckDB.
days() {
    local table parts=()
    for table in intervals calls events logs; do
        if [ -d "$folder/$table" ]; then parts+=("UNION ALL SELECT host, recording, time FROM $(files "$table")"); fi
    done
    parts[0]=${parts[0]#UNION ALL }
    echo "SELECT host, recording, CAST(make_timestamp(min(epoch_us(time))) AS DATE) AS day FROM (${parts[*]}) GROUP BY host, recording"
}

# From here on the recordings count as loaded, so that a load that is broken off is not repeated by mistake.
ask "SELECT h, r, toDate(0), NULL, NULL FROM (SELECT $known FROM paths)" | on "$first" --query "INSERT INTO km.recordings FORMAT TabSeparated"
if [ $old = no ]; then
    inside=$(on "$first" --query "SELECT 1" > /dev/null && basename -- "$folder")
fi
for table in intervals calls events latencies logs; do
    if [ ! -d "$folder/$table" ]; then continue; fi
    if [ $old = yes ]; then load_old $table; else load_current $table; fi
    echo "$table: $(on "$first" --query "SELECT count() FROM km.$table") rows"
done
ask "SELECT host, recording, ifNull(toDate(min(t)), toDate(0)), min(t), max(t)
    FROM (SELECT host, recording, toDateTime(time, 'UTC') AS t FROM km.intervals UNION ALL SELECT host, recording, toDateTime(time, 'UTC') AS t FROM km.calls
          UNION ALL SELECT host, recording, toDateTime(time, 'UTC') AS t FROM km.events UNION ALL SELECT host, recording, toDateTime(time, 'UTC') AS t FROM km.logs)
    WHERE (host, recording) GLOBAL IN (SELECT h, r FROM (SELECT $known FROM paths))
    GROUP BY host, recording" | on "$first" --query "INSERT INTO km.recordings FORMAT TabSeparated"
if [ -d "$folder/edges" ]; then
    if [ $old = yes ]; then load_old edges; else load_current edges; fi
    echo "edges: $(on "$first" --query "SELECT count() FROM km.edges") rows"
fi
echo "recordings: $(on "$first" --query "SELECT uniqExact(host, recording) FROM km.recordings")"
