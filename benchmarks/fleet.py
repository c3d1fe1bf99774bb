"""Measures a dataset of a generated fleet. See fleet.sh."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/Fleet"))
from cluster import Cluster  # noqa: E402

PROGRAM = ROOT / "benchmarks/bin/Release/net10.0/kernel-magnifier-benchmarks.dll"
DUCKDB = ROOT / "tests/Fleet/duckdb.py"
RUNS = 3
# A percentile of every kind on every host: all intervals take part. And question 1, which chooses one kind.
OVER_ALL = {
    "DuckDB, exact": "SELECT host, kind, count(*) AS n, quantile_disc(duration_ns, 0.99) AS p99_ns FROM {intervals} GROUP BY ALL ORDER BY ALL",
    "DuckDB, approximate": "SELECT host, kind, count(*) AS n, approx_quantile(duration_ns, 0.99) AS p99_ns FROM {intervals} GROUP BY ALL ORDER BY ALL",
    "DuckDB, wake-ups, exact": "SELECT host, count(*) AS n, quantile_disc(duration_ns, 0.99) AS p99_ns FROM {intervals} WHERE kind = 'Wakeup' GROUP BY ALL ORDER BY ALL",
    "ClickHouse, exact": "SELECT host, kind, count() AS n, quantileExact(0.989999999999)(duration_ns) AS p99_ns FROM km.intervals GROUP BY host, kind ORDER BY host, kind",
    "ClickHouse, exact, each node its hosts": "SELECT host, kind, count() AS n, quantileExact(0.989999999999)(duration_ns) AS p99_ns FROM km.intervals "
                                              "GROUP BY host, kind ORDER BY host, kind",
    "ClickHouse, approximate": "SELECT host, kind, count() AS n, quantileTDigest(0.99)(duration_ns) AS p99_ns FROM km.intervals GROUP BY host, kind ORDER BY host, kind",
    "ClickHouse, wake-ups, exact": "SELECT host, count() AS n, quantileExact(0.989999999999)(duration_ns) AS p99_ns FROM km.intervals WHERE kind = 'Wakeup' GROUP BY host ORDER BY host",
}


def size(folder):
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def forget(*folders):
    """Empties the page cache of files, which needs no privilege and disturbs no other program."""
    os.sync()
    for path in (path for folder in folders for path in Path(folder).rglob("*") if path.is_file()):
        with open(path, "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def duckdb(sql):
    """The rows, the seconds and the peak of memory of a process that does nothing else."""
    code = "import sys, resource; sys.path.insert(0, sys.argv[1]); from duckdb import DuckDb; d = DuckDb(); rows = d.ask(sys.argv[2])[1]; " \
           "print(*['\\t'.join(r) for r in rows], sep='\\n'); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)"
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code, str(DUCKDB.parent), sql], capture_output=True, text=True, check=True)
    return done.stdout.splitlines(), time.monotonic() - began, int(done.stderr)


def peak(cluster):
    """The most memory that a node had since the last reset."""
    return [int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{node.pid}/status").read_text(encoding="ascii"))[1]) * 1024 for node in cluster.nodes]


def reset_peak(cluster):
    for node in cluster.nodes:
        try:
            Path(f"/proc/{node.pid}/clear_refs").write_text("5", encoding="ascii")
        except OSError:
            pass


def measure(name, ask, result, rows, folder):
    """Cold once, and the best of some warm runs."""
    forget(folder)
    cold = ask()[1]
    runs = [ask() for _ in range(RUNS)]
    warm = min(run[1] for run in runs)
    result["queries"][name] = {"cold_s": round(cold, 2), "warm_s": round(warm, 2), "rows_per_s": round(rows / warm), "peak_bytes": runs[-1][2]}
    print(f"{name}: {result['queries'][name]}", file=sys.stderr)
    return runs[-1][0]


def measure_duckdb(dataset, result, rows):
    answers = {}
    source = f"read_parquet('{dataset}/intervals/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
    for name, sql in OVER_ALL.items():
        if name.startswith("DuckDB"):
            answers[name] = measure(name, lambda sql=sql: duckdb(sql.format(intervals=source)), result, rows, dataset)
    return answers


def measure_clickhouse(dataset, folder, result, rows):
    cluster = Cluster(folder)

    def ask(name, sql):
        reset_peak(cluster)
        began = time.monotonic()
        # All rows of a host are on one node, so that nothing has to be merged.
        done = cluster.run(sql, "default", timeout=1800, arguments=["--distributed_group_by_no_merge=1"] if "each node" in name else [])
        if done.returncode:
            raise SystemExit(done.stderr)
        return done.stdout.splitlines(), time.monotonic() - began, peak(cluster)
    try:
        cluster.load("schema").check_returncode()
        began = time.monotonic()
        done = cluster.load(str(dataset), timeout=7200)
        if done.returncode:
            raise SystemExit(done.stderr)
        result["clickhouse_load_s"] = round(time.monotonic() - began, 1)
        result["clickhouse_rows_per_s"] = round(rows / result["clickhouse_load_s"])
        for node in (0, 1):
            # A load leaves parts; merged ones are what stays.
            for table in ("intervals", "edges", "latencies", "logs"):
                cluster.run(f"OPTIMIZE TABLE km.{table}_local", node=node, timeout=3600)
        answers = {name: measure(name, lambda name=name, sql=sql: ask(name, sql), result, rows, folder) for name, sql in OVER_ALL.items() if name.startswith("ClickHouse")}
        sizes = {}
        for node in (0, 1):
            for table, bytes_, count in cluster.ask("SELECT table, sum(bytes_on_disk), sum(rows) FROM system.parts WHERE active AND database = 'km' GROUP BY table",
                                                    "default", node)[1]:
                old = sizes.get(table, (0, 0))
                sizes[table] = (old[0] + int(bytes_), old[1] + int(count))
        result["clickhouse_bytes_per_row"] = {table: round(a / b, 2) for table, (a, b) in sizes.items() if b}
        result["clickhouse_bytes"] = {table: a for table, (a, _) in sizes.items()}
        return answers
    finally:
        cluster.stop()


def measure_recording(recording, folder, result):
    """Bytes of a row of each table, beside those of the recording."""
    out = folder / "tables"
    began = time.monotonic()
    subprocess.run([os.environ["KM"], "table", "--output", out, recording], check=True, capture_output=True)
    seconds = time.monotonic() - began
    info = json.loads(subprocess.run([os.environ["KM"], "info", "--json", recording], check=True, capture_output=True).stdout)
    tables = {}
    for table in sorted(path.name for path in out.iterdir() if path.is_dir()):
        rows = int(subprocess.run([sys.executable, DUCKDB, f"SELECT count(*) FROM read_parquet('{out}/{table}/**/*.parquet')"], check=True, capture_output=True,
                                  text=True).stdout.splitlines()[1])
        if rows:
            tables[table] = {"rows": rows, "bytes": size(out / table), "bytes_per_row": round(size(out / table) / rows, 2)}
    records = info["events"] + info["calls"]
    result["recordings"][Path(recording).name] = {
        "bytes": Path(recording).stat().st_size, "records": records, "bytes_per_record": round(Path(recording).stat().st_size / max(1, records), 2),
        "duration_s": info["duration"], "cpus": info["cpus"], "export_s": round(seconds, 2), "tables": tables}
    shutil.rmtree(out)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--intervals", type=int, default=1_000_000)
    options.add_argument("--hosts", type=int, default=100)
    options.add_argument("--recordings", type=int, default=3)
    options.add_argument("--folder", default=None)
    options.add_argument("--dataset", default=None)
    options.add_argument("--out", default="artifacts/fleet.json")
    options.add_argument("recording", nargs="*")
    options = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="km-fleet-", dir=options.folder))
    result = {"intervals": options.intervals, "hosts": options.hosts, "cpus": os.cpu_count(), "load_average": os.getloadavg(), "queries": {}, "recordings": {}}
    try:
        dataset = Path(options.dataset or folder / "fleet")
        if not options.dataset:
            began = time.monotonic()
            subprocess.run(["dotnet", PROGRAM, "fleet", dataset, "--hosts", str(options.hosts), "--days", "1", "--recordings", str(options.recordings),
                            "--intervals", str(options.intervals)], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
            result["generate_s"] = round(time.monotonic() - began, 1)
            result["generated_rows_per_s"] = round(options.intervals / result["generate_s"])
        result["parquet_bytes"] = {path.name: size(path) for path in sorted(dataset.iterdir()) if path.is_dir()}
        result["parquet_bytes_per_interval"] = round(result["parquet_bytes"]["intervals"] / options.intervals, 2)
        for recording in options.recording:
            measure_recording(recording, folder, result)
        answers = measure_duckdb(dataset, result, options.intervals)
        if shutil.which("clickhouse-client"):
            answers |= measure_clickhouse(dataset, folder, result, options.intervals)
            for what in ("exact", "wake-ups, exact", "exact, each node its hosts"):
                result[f"equal, {what}"] = sorted(answers[f"DuckDB, {what.split(', each')[0]}"]) == sorted(answers[f"ClickHouse, {what}"])
        text = json.dumps(result, indent=2)
        print(text)
        Path(options.out).parent.mkdir(parents=True, exist_ok=True)
        Path(options.out).write_text(text + "\n", encoding="utf-8")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
