"""Two ClickHouse nodes, DuckDB and the module answer the questions of deploy/questions about one dataset. See run.sh."""
import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cluster import Cluster  # noqa: E402
from duckdb import DuckDb, library  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "deploy/questions"
BENCHMARKS = ROOT / "benchmarks/bin/Release/net10.0/kernel-magnifier-benchmarks.dll"
REAL_HOST = "odd 100% 'host'=\\1"
TABLES = ["intervals", "latencies", "edges", "logs"]
passed, failures, skipped = [], [], []
# Whoever ends this ends the servers too.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def check(what, good, detail=""):
    (passed if good else failures).append(what)
    text = "" if good else "".join(c if c.isprintable() else " " for c in str(detail() if callable(detail) else detail))[-1500:]
    print(f"  ok: {what}" if good else f"  FAILED: {what}: {text}", flush=True)


def skip(reason):
    skipped.append(reason)
    print(f"  SKIPPED: {reason}", flush=True)


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return text


def same(names, one, other):
    """Whether rows are equal: exactly, but for the last digit of a rounded ratio."""
    def equal(name, a, b):
        if name.endswith(("ratio", "share", "_s")):
            return abs(float(a) - float(b)) <= 0.00101 * max(1, abs(float(a)))
        # Whole numbers are compared as text, of which a float has not all digits.
        return a == b or number(a) == number(b) and not (a or "").lstrip("-").isdigit()
    return len(one) == len(other) and all(equal(n, a, b) for x, y in zip(one, other) for n, a, b in zip(names, x, y))


def first_difference(one, other):
    return next((f"row {i}: {a} / {b}" for i, (a, b) in enumerate(zip(one, other)) if a != b), f"{len(one)} / {len(other)} rows")


def text_of(question, engine):
    return (QUESTIONS / f"{question}.{engine}.sql").read_text()


def questions(cluster, duckdb):
    """The rows of each question, if both engines agree."""
    answers = {}
    names = sorted(path.name[:-len(".duckdb.sql")] for path in QUESTIONS.glob("*.duckdb.sql"))
    check("every question has both variants, with one comment",
          len(names) >= 10 and all(text_of(n, "duckdb").split("\nSELECT")[0].split("\nWITH")[0] == text_of(n, "clickhouse").split("\nSELECT")[0].split("\nWITH")[0]
                                   for n in names), names)
    for name in names:
        try:
            columns, rows = duckdb(text_of(name, "duckdb"))
            their_columns, theirs = cluster.ask(text_of(name, "clickhouse"))
        except ValueError as error:
            check(f"{name}: both engines answer", False, error)
            continue
        check(f"{name}: ClickHouse and DuckDB agree in {len(rows)} rows", rows and columns == their_columns and same(columns, rows, theirs),
              lambda: f"{columns} / {their_columns}; {first_difference(rows, theirs)}")
        answers[name] = [dict(zip(columns, row)) for row in rows]
    return answers


def planted(answers, truth):
    def first(name, **expected):
        row = answers.get(name, [{}])[0]
        check(f"{name}: finds what is planted", all(row.get(key) == value for key, value in expected.items()), f"{row}, not {expected}")
    first("01-slow-hosts", host=truth["slow_host"])
    first("02-waiting-tasks", host=truth["slow_host"])
    first("03-running-tasks", host=truth["slow_host"])
    first("04-interrupts", host=truth["noisy_host"], key=truth["noisy_interrupt"])
    first("05-slower-syscalls", syscall=truth["slow_syscall"])
    first("06-what-changed", host=truth["slow_host"], kind="Wakeup")
    first("07-new-paths", from_function=truth["new_caller"], callee=truth["new_callee"])
    check("07-new-paths: and nothing else", len(answers["07-new-paths"]) == 1, answers["07-new-paths"])
    first("08-slow-disks", host=truth["slow_disk_host"])
    steps = {row["minute"][:10] >= truth["last_day"]: int(row["p99_ns"]) for row in answers["09-timeline"]}
    check("09-timeline: the step is at the last day", len(steps) == 2 and steps[True] > 2 * steps[False], steps)
    first("11-trust", host=truth["lossy_host"], failed="1")
    check("11-trust: and no other host", len(answers["11-trust"]) == 1, answers["11-trust"])


def columns_whole(cluster, duckdb, tables, where=""):
    """Every column of every table: how many values, and their sum or length, least and greatest."""
    for table in tables:
        described, _ = cluster.ask(f"DESCRIBE TABLE km.{table}_local", user="default"), None
        types = {row[0]: row[1] for row in described[1] if row[0] not in ("day", "time")}
        ours, theirs = [], []
        for column, type_name in types.items():
            source = f"epoch_ns({column[:-3]})" if column in ("time_ns", "until_ns") else column
            if "Array(String" in type_name:
                ours += [f"sum(len({source}))", f"sum(list_sum([strlen(x) FOR x IN {source}]))"]
                theirs += [f"sum(length({column}))", f"sum(arraySum(x -> length(x), {column}))"]
            elif "Array" in type_name:
                ours += [f"sum(len({source}))", f"sum(list_sum({source}))"]
                theirs += [f"sum(length({column}))", f"sum(arraySum(x -> ifNull(x, 0), {column}))"]
            elif "String" in type_name:
                ours += [f"count({source})", f"count(DISTINCT {source})", f"sum(strlen({source}))", f"min({source})", f"max({source})"]
                theirs += [f"count({column})", f"uniqExact({column})", f"sum(length({column}))", f"min({column})", f"max({column})"]
            elif "Float" in type_name:
                ours += [f"count({source})", f"min({source})", f"max({source})"]
                theirs += [f"count({column})", f"min({column})", f"max({column})"]
            else:
                ours += [f"count({source})", f"sum(CAST({source} AS HUGEINT) % 1000003)", f"min({source})", f"max({source})"]
                theirs += [f"count({column})", f"sum({column} % 1000003)", f"min({column})", f"max({column})"]
        one = duckdb("SELECT count(*), " + ", ".join(f"{e} AS c{i}" for i, e in enumerate(ours)) + f" FROM {table} {where}")[1][0]
        other = cluster.ask("SELECT count(), " + ", ".join(theirs) + f" FROM km.{table} {where}")[1][0]
        # An aggregate of no value is NULL in DuckDB, and can be 0 or NULL in ClickHouse.
        different = [(["count", *theirs][i], a, b) for i, (a, b) in enumerate(zip(one, other)) if number(a) != number(b) and {a, b} - {"0", None}]
        check(f"all {len(types)} columns of {table} are loaded as DuckDB reads them{where and ', of recordings'}", not different and len(one) == len(other), different[:5])


def placement(cluster):
    hosts = [{row[0] for row in cluster.ask("SELECT DISTINCT host FROM km.intervals_local", node=n)[1]} for n in (0, 1)]
    check("both nodes have hosts, and each host is on one node", all(hosts) and not hosts[0] & hosts[1], [len(h) for h in hosts])
    moved = [t for t in TABLES + ["recordings"] for n in (0, 1)
             if {row[0] for row in cluster.ask(f"SELECT DISTINCT host FROM km.{t}_local", node=n)[1]} != hosts[n]]
    check("all tables of a host are on its node", not moved, moved)
    one, other = (cluster.ask(text_of("01-slow-hosts", "clickhouse"), node=n) for n in (0, 1))
    check("both nodes answer alike", one == other)


def reader(cluster):
    before = cluster.ask("SELECT count() FROM km.logs")[1]
    for what, sql in {"INSERT": "INSERT INTO km.recordings_local (host, recording, day) VALUES ('x', 'y', '2026-01-01')", "DROP": "DROP TABLE km.logs_local",
                      "ALTER": "ALTER TABLE km.logs_local DROP COLUMN reason", "SET": "SET max_memory_usage = 0",
                      "a setting of a question": "SELECT 1 SETTINGS max_execution_time = 0"}.items():
        done = cluster.run(sql, "reader")
        check(f"a reader is refused: {what}", done.returncode != 0 and "readonly" in done.stderr.lower(), done.stderr or done.stdout)
    check("a reader without a password is refused", subprocess.run([cluster.client, "--host", "127.0.0.1", "--port", str(cluster.tcp[0]), "--user", "reader",
                                                                     "--query", "SELECT 1"], capture_output=True, check=False).returncode != 0)
    check("nothing changed", cluster.ask("SELECT count() FROM km.logs")[1] == before)


def node_down(cluster):
    whole = int(cluster.ask("SELECT uniqExact(host) FROM km.intervals")[1][0][0])
    cluster.stop_node(1)
    done = cluster.run(text_of("01-slow-hosts", "clickhouse"), "reader")
    check("a node that is down: an error that says so, and no answer", done.returncode != 0 and not done.stdout
          and re.search(r"Connection refused|All connection tries failed", done.stderr) and str(cluster.tcp[1]) in done.stderr, done.stderr or done.stdout)
    done = cluster.run("SELECT uniqExact(host) FROM km.intervals", "default", arguments=["--skip_unavailable_shards=1"])
    check("skip_unavailable_shards answers with the hosts of the other node only", done.returncode == 0 and 0 < int(done.stdout or 0) < whole,
          f"{done.stdout} of {whole} {done.stderr}")


def export(folder):
    """Real recordings as a dataset: of this repository, and those of KM_SHARED_DATA if there are some."""
    data, shared = ROOT / "tests/data", os.environ.get("KM_SHARED_DATA")
    recordings = [data / "latency/sched.txt.zst", data / "trace-dat/fg-zlib.dat", data / "trace-dat/mix-plain.dat"]
    recordings += [path for path in (Path(shared or "/", name) for name in ("dat/ev-stack.dat", "latency/sched-odd.dat.zst")) if shared and path.exists()]
    for arguments in (["--table", "calls,edges,events,intervals,latencies", "--host", REAL_HOST, *recordings], ["--log", data / "logs/web.ndjson"]):
        done = subprocess.run([os.environ["KM"], "table", "--output", folder, *arguments], capture_output=True, text=True, check=False)
        check(f"recordings are exported: {arguments[0]}", done.returncode == 0, done.stderr)


def views(folder):
    """A database with a view for each table of a dataset."""
    database = DuckDb()
    database.run("SET TimeZone = 'UTC'")
    for table in [path.name for path in folder.iterdir() if path.is_dir()]:
        database.run(f"CREATE VIEW {table} AS FROM read_parquet('{folder}/{table}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)")
    return database


def real(cluster, folder):
    """Real recordings: every column, with hostile names, and the latencies of all kinds."""
    done = cluster.load(str(folder))
    check("the tables of recordings are loaded", done.returncode == 0, done.stderr)
    database = views(folder)
    # Text that both engines read alike, whatever is in the name of the host.
    where = "WHERE (host LIKE 'odd%' OR host LIKE 'web%')"
    tables = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name in TABLES + ["calls", "events"])
    columns_whole(cluster, database.ask, tables, where)
    columns = ["kind", "count", "sum", "least", "p50", "p90", "p99", "p999", "greatest"]
    of = f"kind, {{}}, sum(duration_ns), min(duration_ns), {{}}, max(duration_ns) FROM {{}}intervals {where} AND recording = 'sched.txt.zst' GROUP BY kind"
    ours = database.ask("SELECT " + of.format("count(*)", ", ".join(f"quantile_disc(duration_ns, {q})" for q in (0.5, 0.9, 0.99, 0.999)), ""))[1]
    theirs = cluster.ask("SELECT " + of.format("count()", ", ".join(f"quantileExact({q - 1e-12:.12f})(duration_ns)" for q in (0.5, 0.9, 0.99, 0.999)), "km."))[1]
    check("both engines measure a recording alike", sorted(ours) == sorted(theirs) and ours, f"{sorted(ours)} / {sorted(theirs)}")
    return {row[0]: dict(zip(columns, row)) for row in ours}


def module(answers, truth, dataset, folder, latencies):
    """The module's own answers."""
    pwsh, script = os.environ.get("KM_PWSH") or shutil.which("pwsh"), Path(__file__).parent / "module.ps1"
    if not pwsh or not Path(os.environ.get("KM_MODULE") or ROOT / "artifacts/KernelMagnifier").is_dir():
        skip("the module's answers: there is no pwsh 7.6, or the module is not built")
        return
    hosts = [row["host"] for row in answers["01-slow-hosts"][:3]]
    done = subprocess.run([pwsh, "-NoProfile", "-NonInteractive", "-Command",
                           f"& '{script}' -Dataset '{dataset}' -Questions '{QUESTIONS}' -HostName {','.join(hosts)} -Day {truth['last_day'].replace('-', '')} "
                           f"-Real '{folder}' -RealHost ([WildcardPattern]::Escape('{REAL_HOST.replace(chr(39), chr(39) * 2)}')) "
                           f"-Recording '{ROOT}/tests/data/latency/sched.txt.zst'"], capture_output=True, text=True, timeout=200, check=False)
    if done.returncode:
        check("the module answers", False, done.stderr + done.stdout)
        return
    said = json.loads(done.stdout[done.stdout.index("{"):])
    for name, rows in answers.items():
        columns, theirs = list(rows[0]), [list(row.values()) for row in said["questions"][name]]
        check(f"{name}: Invoke-KmQuery agrees", same(columns, [list(row.values()) for row in rows], theirs),
              lambda rows=rows, theirs=theirs: first_difference([list(row.values()) for row in rows], theirs))
    ours = [{key: str(value) for key, value in row.items()} for row in said["wakeups"]]
    check("01-slow-hosts: so say the objects of Import-KmTable", ours == answers["01-slow-hosts"][:3], ours)
    for what, name in (("Measure-KmLatency", "measured"), ("Measure-KmLatency of imported events", "imported")):
        measured = {row["kind"]: {key: str(value) for key, value in row.items()} for row in said[name] if row["count"]}
        check(f"a recording: {what} agrees with both engines", measured == latencies, f"{measured} / {latencies}")


def main():
    if not library():
        skip("DuckDB's library is not there: build the module first")
        return
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="km-fleet-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    dataset = Path(os.environ.get("KM_FLEET") or folder / "fleet")
    if not os.environ.get("KM_FLEET"):
        done = subprocess.run(["dotnet", BENCHMARKS, "fleet", dataset, "--intervals", "400000"], capture_output=True, text=True, cwd=ROOT, check=False)
        if done.returncode:
            raise SystemExit(f"no fleet: {done.stderr}{done.stdout}")
    truth = json.loads((dataset / "truths.json").read_text())
    database = views(dataset)
    cluster = Cluster(folder)
    done = cluster.load("schema")
    check("the schema is made on both nodes", done.returncode == 0, done.stderr)
    done = cluster.load(str(dataset))
    check("the dataset is loaded", done.returncode == 0 and "intervals: 400000 rows" in done.stdout, done.stderr + done.stdout)
    done = cluster.load(str(dataset))
    check("a second load of it is refused", done.returncode != 0 and "loaded already" in done.stderr and
          cluster.ask("SELECT count() FROM km.intervals")[1] == [["400000"]], done.stderr)
    columns_whole(cluster, database.ask, TABLES)
    answers = questions(cluster, database.ask)
    planted(answers, truth)
    placement(cluster)
    reader(cluster)
    if os.environ.get("KM"):
        export(folder / "real")
        module(answers, truth, dataset, folder / "real", real(cluster, folder / "real"))
    else:
        skip("real recordings and the module's answers: the executable is not built")
    node_down(cluster)
    print(f"{time.monotonic() - started:.0f} s")


try:
    main()
except SystemExit as error:
    if error.code:
        check("the run", False, error)
except Exception as error:  # pylint: disable=broad-exception-caught
    check("the run", False, repr(error))
print(f"{len(passed)} passed, {len(failures)} failed, {len(skipped)} skipped")
sys.exit(1 if failures else 0)
