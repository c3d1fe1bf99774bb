"""Receivers of docs/central-log.md, started for real. See run.sh."""
import atexit
import copy
import gzip
import http.server
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/central-log.md").read_text()
KM = sys.argv[1]
HOSTILE = 'a\nKM_STATUS=x\r "]\\ \0 \x1b[31m \u202eevil <13>1 }{,' + "é" * 100
passed, failures, skipped = [], [], []
# Everything is on the loopback, with settings of its own.
for variable in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("OTEL_")]:
    del os.environ[variable]
# Whoever ends this ends the daemons too.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def check(what, good, detail=""):
    """Notes a result. The detail may be bytes, or a function for one that is costly or exists only after a failure."""
    (passed if good else failures).append(what)
    if good:
        return print(f"  ok: {what}", flush=True)
    detail = detail() if callable(detail) else detail
    detail = detail.decode(errors="replace") if isinstance(detail, bytes) else str(detail)
    # What is printed here becomes part of a test log.
    text = "".join(c if c.isprintable() else " " for c in detail)
    return print(f"  FAILED: {what}" + (f": {text[-2000:]}" if text else ""), flush=True)


def skip(reason):
    skipped.append(reason)
    print(f"  SKIPPED: {suite}: {reason}", flush=True)


def missing(**programs):
    """Skips a suite if one of its programs is missing. A value is the package of Debian that has it, and the path."""
    lacking = [f"{name} of the package {package}" for name, (package, path) in programs.items() if not path]
    if lacking:
        skip(f"not installed: {', '.join(lacking)}")
    return bool(lacking)


def is_confined(daemon):
    """Whether AppArmor keeps a daemon to the files of the system."""
    try:
        return f"{daemon} (enforce)" in Path("/sys/kernel/security/apparmor/profiles").read_text()
    except OSError:
        enabled = Path("/sys/module/apparmor/parameters/enabled")
        return Path(f"/etc/apparmor.d/usr.sbin.{daemon}").exists() and enabled.exists() and enabled.read_text().strip() == "Y"


def block(language, first):
    """The block of the page that begins with a line, without that line."""
    for text in re.findall(rf"```{language}\n(.*?)```", PAGE, re.S):
        if text.startswith(first):
            return text.split("\n", 1)[1] if first.startswith("#") else text
    raise SystemExit(f"docs/central-log.md has no block {first}")


def program(*names):
    for name in names:
        if found := shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin:/lib/systemd:/usr/lib/systemd"):
            return found
    return None


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if result := what():
                return result
        except OSError:
            pass
        time.sleep(0.1)
    return None


KINDS = ("Wakeup", "OnCpu", "Irq", "SoftIrq", "Syscall")


def record(number, rows=40, host="host-1", status="Completed", start=None, is_by_task=True):
    """A record as an hourly measurement leaves it: of wake-ups by task, or of as many kinds."""
    dice = random.Random(number)
    latencies = []
    for row in range(rows if status == "Completed" else 0):
        counts = {}
        for _ in range(2000):
            length = int(dice.lognormvariate(9 + row / 20, 1))
            octave = max(length, 256).bit_length() - 1
            size = 1 << (octave - 4)
            lower = 0 if length < 256 else length // size * size
            counts[lower] = (256 if lower == 0 else lower + size, counts.get(lower, (0, 0))[1] + 1)
        ranges = [[low, high, count] for low, (high, count) in sorted(counts.items())]
        total, most = sum(r[2] for r in ranges), ranges[-1][1] - 1
        least = max(ranges[0][0], 1)

        def percentile(share):
            left = int(-(-total * share // 1))
            for low, high, count in ranges:
                left -= count
                if left <= 0:
                    return min(high - 1, most)
        middle = sum((r[0] + r[1]) // 2 * r[2] for r in ranges)
        latencies.append({
            **({"kind": "Wakeup", "key": str(1000 + row), "comm": HOSTILE if row == 0 else f"task-{row}", "processId": 1000 + row}
               if is_by_task else {"kind": KINDS[row]}),
            "unit": "Nanoseconds", "method": "Histogram", "count": total, "sumNanoseconds": middle, "minNanoseconds": least,
            "meanNanoseconds": middle / total, "maxNanoseconds": most,
            "percentiles": [{"name": n, "quantile": q, "nanoseconds": percentile(q)} for n, q in (("P50", .5), ("P90", .9), ("P99", .99), ("P999", .999))],
            "histogram": ranges})
    begin = start or 1_790_000_000 + number * 3600
    return {
        "schemaVersion": "1.0", "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.0000000Z", time.gmtime(begin)),
        "id": str(uuid.UUID(int=number + (1 << 100))), "status": status,
        "resource": {"service.name": "kernel-magnifier", "service.version": "1.0.0", "host.name": host, "host.id": "a" * 32, "host.arch": "amd64",
                     "host.cpu.count": 4, "os.type": "linux", "os.version": "6.12.1"},
        "schedule": {"name": "hourly-latency", "epoch": str(uuid.UUID(int=7)), "sequence": number},
        "request": {"preset": ["Scheduling"], **({"by": ["Task"]} if is_by_task else {}), "durationNanoseconds": 10_000_000_000},
        "method": "Events", "durationNanoseconds": 10_000_000_000, "events": 2000 * rows, "lostEvents": 0, "latencies": latencies,
        "cost": {"cpuNanoseconds": 250_000_000, "wallNanoseconds": 10_400_000_000, "peakMemoryBytes": 40_000_000, "bytesRead": 9_000_000,
                 "bufferMemoryBytes": 16_000_000}}


def km(*arguments, stdin=None, environment=None):
    return subprocess.run([KM, *map(str, arguments)], input=stdin, capture_output=True, check=False, timeout=300,
                          env={**os.environ, **(environment or {})})


def numbered(numbers):
    """Lines of records that differ in their numbers only: the costly part of a record is its latencies."""
    first = record(1)
    for number in numbers:
        one = copy.copy(first)
        one["id"], one["schedule"] = str(uuid.UUID(int=number + (1 << 100))), {**first["schedule"], "sequence": number}
        yield json.dumps(one) + "\n"


def read(*files, stdin=None):
    """Records as the reader of the product has them."""
    done = km("log", *files, "--json", stdin=stdin)
    return sorted(json.loads(line)["id"] + line for line in done.stdout.decode().splitlines() if line.strip())


class Place:
    """A directory with records to send, and the processes that were started in it."""

    def __init__(self, records=6):
        self.path = Path(tempfile.mkdtemp(prefix="km-central-"))
        atexit.register(shutil.rmtree, self.path, ignore_errors=True)
        os.chmod(self.path, 0o755)
        self.processes = []
        self.sent = self.path / "sent.ndjson"
        self.sent.write_text("".join(json.dumps(record(n)) + "\n" for n in range(1, records + 1)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGCONT)
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.path, ignore_errors=True)

    def start(self, *command, log="daemon.log"):
        with open(self.path / log, "ab") as output:
            process = subprocess.Popen([str(c) for c in command], stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def send(self, target, *files, timeout=120, environment=None):
        return km("log", "send", "--spool", self.path / "spool", "--timeout", timeout, "--to", target, *files, environment=environment)

    def log(self, name="daemon.log"):
        return (self.path / name).read_text(errors="replace")


def is_listening(port):
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


def rsyslog():
    daemon = program("rsyslogd")
    if missing(rsyslogd=("rsyslog", daemon)):
        return
    if is_confined("rsyslogd"):
        return skip("AppArmor lets rsyslogd read no configuration of a test")
    with Place() as place:
        port, logs = free_port(), place.path / "received"
        config = block("rsyslog", "# /etc/rsyslog.d/kernel-magnifier.conf").replace('port="601"', f'port="{port}" address="127.0.0.1"')
        config = f'global(workDirectory="{place.path}")\n' + config.replace("/var/log/kernel-magnifier", str(logs))
        (place.path / "rsyslog.conf").write_text(config)

        def start():
            process = place.start(daemon, "-n", "-f", place.path / "rsyslog.conf", "-i", place.path / "rsyslog.pid")
            check("rsyslogd listens", wait_for(lambda: is_listening(port)), place.log)
            return process
        process = start()
        target = f"syslog+tcp://127.0.0.1:{port}"
        sent = place.send(target, place.sent)
        check("6 records are delivered", b"6 delivered, 0 waiting, 0 dropped" in sent.stdout, sent.stdout + sent.stderr)
        received = logs / "host-1.ndjson"
        expected = read(place.sent)
        check("what arrives equals what was sent", wait_for(lambda: received.exists() and read(received) == expected))
        # Stopped, away and back: what it has not confirmed is sent again, and readers drop the copies.
        process.send_signal(signal.SIGSTOP)
        more = place.path / "more.ndjson"
        more.write_text(json.dumps(record(7)) + "\n")
        stopped = place.send(target, more, timeout=2)
        check("a receiver that is stopped keeps the record waiting", b"1 waiting" in stopped.stdout, stopped.stdout)
        process.kill()
        process.wait()
        (place.path / "rsyslog.pid").unlink(missing_ok=True)
        away = place.send(target, timeout=2)
        check("a receiver that is away keeps it waiting", b"1 waiting" in away.stdout, away.stdout)
        start()
        back = place.send(target)
        check("a receiver that is back gets it", b"1 delivered, 0 waiting" in back.stdout, back.stdout)
        check("all 7 records are there", wait_for(lambda: read(received) == read(place.sent, more)))


def journal():
    daemon, remote, upload = program("systemd-journald"), program("systemd-journal-remote"), program("systemd-journal-upload")
    if missing(systemd_journald=("systemd", daemon), journalctl=("systemd", program("journalctl")),
               systemd_journal_remote=("systemd-journal-remote", remote), systemd_journal_upload=("systemd-journal-remote", upload)):
        return
    if os.geteuid():
        return skip("journald needs root")
    if not Path("/etc/machine-id").exists():
        return skip("journald needs /etc/machine-id")
    name = f"km{os.getpid()}"
    directories = [Path(f"{base}/{Path('/etc/machine-id').read_text().strip()}.{name}") for base in ("/var/log/journal", "/run/log/journal")]
    with Place() as place:
        try:
            place.start(daemon, name)
            path = Path(f"/run/systemd/journal.{name}/socket")
            check("journald listens", wait_for(path.exists))
            sent = place.send(f"journal:{path}", place.sent)
            check("6 records are delivered", b"6 delivered, 0 waiting, 0 dropped" in sent.stdout, sent.stdout + sent.stderr)
            port, output = free_port(), place.path / "remote"
            output.mkdir()
            listen = block("sh", "# /etc/systemd/system/systemd-journal-remote").split()
            listen = [word.replace("19532", f"127.0.0.1:{port}").replace("/var/log/journal/remote", str(output)) for word in listen]
            place.start(remote, *listen[1:])
            check("systemd-journal-remote listens", wait_for(lambda: is_listening(port)))
            subprocess.run(["journalctl", f"--namespace={name}", "--sync"], capture_output=True, check=False)
            source = next(directory for directory in directories if directory.exists())
            url = block("sh", "systemd-journal-upload").split()[1].replace("logs.example:19532", f"127.0.0.1:{port}")
            place.start(upload, url, f"--directory={source}", f"--save-state={place.path}/state", log="upload.log")
            show = block("sh", "journalctl --directory").split("|")[0].split()
            show = [word.replace("/var/log/journal/remote", str(output)) for word in show]

            def arrived():
                return read("-", stdin=subprocess.run(show, capture_output=True, check=False).stdout) == read(place.sent)
            check("what arrives equals what was sent", wait_for(arrived), lambda: place.log("upload.log"))
        finally:
            for process in place.processes:
                process.terminate()
                process.wait()
            for directory in [*directories, Path(f"/run/systemd/journal.{name}")]:
                shutil.rmtree(directory, ignore_errors=True)


def prometheus():
    exporter, server, tool = program("prometheus-node-exporter", "node_exporter"), program("prometheus"), program("promtool")
    if missing(node_exporter=("prometheus-node-exporter", exporter), prometheus=("prometheus", server), promtool=("prometheus", tool)):
        return
    with Place(0) as place:
        textfiles = place.path / "textfiles"
        textfiles.mkdir()
        now = int(time.time())
        for name in ("a", "b"):
            path = place.path / f"{name}.ndjson"
            one = record(1, start=now - 20)
            one["schedule"]["name"], one["id"] = name, str(uuid.uuid4())
            path.write_text(json.dumps(one) + "\n")
            place.send(f"textfile:{textfiles}/kernel-magnifier-{name}.prom", path)
        text = "".join(file.read_text() for file in sorted(textfiles.glob("*.prom"))[:1])
        checked = subprocess.run([tool, "check", "metrics"], input=text.encode(), capture_output=True, check=False)
        check("promtool has no complaint about the metrics", checked.returncode == 0 and not checked.stdout + checked.stderr, checked.stdout + checked.stderr)
        web, api = free_port(), free_port()
        command = block("sh", "prometheus-node-exporter").replace("/var/lib/prometheus/node-exporter", str(textfiles)).split()
        place.start(exporter, *command[1:], "--collector.disable-defaults", "--collector.textfile", f"--web.listen-address=127.0.0.1:{web}")
        rules = place.path / "rules.yml"
        rules.write_text(block("yaml", "# /etc/prometheus/kernel-magnifier.rules.yml"))
        config = place.path / "prometheus.yml"
        config.write_text(block("yaml", "# /etc/prometheus/prometheus.yml").replace("localhost:9100", f"127.0.0.1:{web}")
                          .replace("/etc/prometheus/kernel-magnifier.rules.yml", str(rules)).replace(": 1m", ": 1s"))
        checked = subprocess.run([tool, "check", "config", str(config)], capture_output=True, check=False)
        check("promtool takes the configuration and the rules", checked.returncode == 0, checked.stdout + checked.stderr)
        place.start(server, f"--config.file={config}", f"--storage.tsdb.path={place.path}/data", f"--web.listen-address=127.0.0.1:{api}", log="prometheus.log")

        def ask(query):
            url = f"http://127.0.0.1:{api}/api/v1/query?query={urllib.parse.quote(query)}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return {tuple(sorted(row["metric"].items())): float(row["value"][1]) for row in json.load(answer)["data"]["result"]}
        check("Prometheus has both files", wait_for(lambda: len(ask('kernel_magnifier_runs_total{status="Completed"}')) == 2))
        check("node_exporter has no error with them", ask("node_textfile_scrape_error") and set(ask("node_textfile_scrape_error").values()) == {0.0})
        counted = sum(ask('kernel_magnifier_latency_seconds_count{schedule="a"}').values())
        check("the histograms have all intervals", counted == 40 * 2000, counted)
        below = sum(ask('kernel_magnifier_latency_seconds_bucket{schedule="a",le=~"1.6384e-05"}').values())
        expected = sum(r[2] for latency in record(1)["latencies"] for r in latency["histogram"] if r[1] <= 16384)
        check("a bound counts what is below it", below == expected, f"{below}, {expected}")
        for number in (2, 3):
            path = place.path / f"a{number}.ndjson"
            one = record(number, start=int(time.time()) - 20)
            one["schedule"]["name"] = "a"
            path.write_text(json.dumps(one) + "\n")
            place.send(f"textfile:{textfiles}/kernel-magnifier-a.prom", path)
            time.sleep(2.5)
        check("the recording rule has a percentile", wait_for(lambda: any(
            0 < value < 1 for value in ask('kind:kernel_magnifier_latency_seconds:p99_3h{schedule="a"}').values())))
        check("no alert fires", not ask('ALERTS{alertstate="firing"}'), ask("ALERTS"))


def kill():
    """The sender is killed again and again while it sends; nothing is lost, and nothing is in the file twice."""
    with Place(0) as place:
        received, aside = place.path / "received.ndjson", place.path / "aside"
        target, sent = f"file:{received}", 0

        def keep_more():
            """Adds records to the spool while the target is away."""
            place.sent.write_text("".join(numbered(range(sent + 1, sent + 61))))
            if received.exists():
                received.rename(aside)
            received.mkdir()
            place.send(target, place.sent)
            received.rmdir()
            if aside.exists():
                aside.rename(received)
            return sent + 60
        dice, kills, tries = random.Random(1), 0, 0
        # On a fast machine, or a busy one, a sender ends before it is killed: then there are more records, and more tries.
        while kills < 8 and tries < 60:
            if not any(place.path.glob("spool/*/0*.json")):
                sent = keep_more()
            before = received.stat().st_size if received.exists() else 0
            process = subprocess.Popen([KM, "log", "send", "--spool", str(place.path / "spool"), "--to", target],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while process.poll() is None and not (received.exists() and received.stat().st_size > before):
                time.sleep(0.0005)
            time.sleep(dice.random() * 0.03)
            tries, kills = tries + 1, kills + (process.poll() is None)
            process.kill()
            process.wait()
        done = place.send(target)
        check("8 kills hit while records are sent", kills == 8, f"{kills} in {tries} tries")
        check("after them nothing waits", b" 0 waiting, 0 dropped" in done.stdout, done.stdout)
        numbers = [json.loads(line)["schedule"]["sequence"] for line in received.read_text().splitlines()]
        check("all records are there, in order, once", numbers == list(range(1, sent + 1)), f"{len(numbers)} of {sent}")


class OtlpReceiver(http.server.BaseHTTPRequestHandler):
    """Keeps the requests, and answers that all is well."""

    def do_POST(self):
        self.server.requests.append((self.path, self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def otlp():
    """The settings of OpenTelemetry's exporters, from the environment of a process."""
    with Place(1) as place, http.server.ThreadingHTTPServer(("127.0.0.1", 0), OtlpReceiver) as server:
        server.requests = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        headers = {"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20s3cret%3D,x-tenant=a"}

        def send(host, **environment):
            done = place.send(f"otlp+http://{host}", place.sent, environment={**headers, **environment})
            check(f"a record for {host.partition(':')[0]} is delivered{' with ' + ', '.join(environment) if environment else ''}",
                  b"1 delivered, 0 waiting, 0 dropped" in done.stdout and len(server.requests) == 1, done.stdout + done.stderr)
            return server.requests.pop() if server.requests else ("", {}, b"")
        here = f"127.0.0.1:{server.server_port}"
        path, sent, plain = send(here)
        check("the path is that of metrics", path == "/v1/metrics", path)
        check("the headers are those of the environment", (sent.get("Authorization"), sent.get("x-tenant")) == ("Bearer s3cret=", "a"), sent)
        check("without gzip the message is plain", "Content-Encoding" not in sent and plain[:1] == b"\n", sent)
        path, sent, body = send(f"{here}/tenant/a", OTEL_EXPORTER_OTLP_COMPRESSION="gzip")
        check("a path is kept", path == "/tenant/a", path)
        check("gzip compresses the same message", sent.get("Content-Encoding") == "gzip" and gzip.decompress(body) == plain, sent)
        # Of the two proxies, one is closed and the other is the receiver.
        send(here, HTTP_PROXY=f"http://127.0.0.1:{free_port()}")
        path, sent, _ = send("collector.example:4318", HTTP_PROXY=f"http://{here}")
        check("a proxy is asked for the URL", path == "http://collector.example:4318/v1/metrics", path)
        server.shutdown()


def rules():
    """The rules of the page, on made-up series: what they record, and when they alert."""
    tool = program("promtool")
    if missing(promtool=("prometheus", tool)):
        return
    with Place(0) as place:
        (place.path / "rules.yml").write_text(block("yaml", "# /etc/prometheus/kernel-magnifier.rules.yml"))
        labels = 'instance="h", schedule="s"'
        bucket = f'kernel_magnifier_latency_seconds_bucket{{{labels}, kind="Wakeup", le='
        tests = {"rule_files": ["rules.yml"], "evaluation_interval": "10m", "tests": [{
            "interval": "10m",
            "input_series": [
                # The last run is at 0:00. From 6:00 on runs fail, and intervals are longer than 1 ms.
                {"series": f"kernel_magnifier_last_run_timestamp_seconds{{{labels}}}", "values": "0x100"},
                {"series": f'kernel_magnifier_runs_total{{{labels}, status="Failed"}}', "values": "0x36 1+1x64"},
                {"series": bucket + '"0.001024"}', "values": "0+100x36 3600x64"},
                {"series": bucket + '"0.032768"}', "values": "0+100x100"},
                {"series": bucket + '"+Inf"}', "values": "0+100x100"}],
            "alert_rule_test": [
                {"eval_time": time_of, "alertname": name, "exp_alerts": [{"exp_labels": {
                    "instance": "h", "schedule": "s", **more}, "exp_annotations": {"summary": text}}] if fires else []}
                for name, more, text, quiet, late in (
                    ("KernelMagnifierSilent", {"severity": "warning"}, "No measurement of s on h for 3 hours.", "3h", "3h10m"),
                    ("KernelMagnifierRunFails", {"severity": "warning", "status": "Failed"}, "A measurement of s fails on h.", "6h", "6h20m"),
                    ("KernelLate", {"severity": "warning", "kind": "Wakeup"}, "Woken tasks wait for more than 10 ms on h.", "6h", "12h"))
                for time_of, fires in ((quiet, False), (late, True))]}]}
        # JSON is YAML.
        (place.path / "tests.yml").write_text(json.dumps(tests))
        for what, command in (("promtool takes the rules", ("check", "rules", "rules.yml")),
                              ("they alert when they should, and not before", ("test", "rules", "tests.yml"))):
            done = subprocess.run([tool, *command], cwd=place.path, capture_output=True, check=False)
            check(what, done.returncode == 0, done.stdout + done.stderr)


class Counter:
    """Takes connections, counts the bytes, and answers as HTTP if asked in it."""

    def __init__(self):
        self.bytes, self.socket = 0, socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            connection, _ = self.socket.accept()
            with connection:
                data = b""
                while part := connection.recv(1 << 16):
                    data += part
                    head, end, body = data.partition(b"\r\n\r\n")
                    length = re.search(rb"Content-Length: (\d+)", head)
                    if end and length and len(body) >= int(length[1]):
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                        break
                self.bytes += len(data)


def costs():
    """
    Bytes of a record by each way, and the CPU time of its delivery: that of 48 records less that of one, by 47.
    A typical record has five kinds without keys, a large one a latency for each of 40 tasks.
    """
    for rows, is_by_task in ((5, False), (40, True)):
        costs_of(rows, is_by_task)


def costs_of(rows, is_by_task):
    with Place(0) as place:
        one = place.path / "one.ndjson"
        one.write_text(json.dumps(record(100, rows, is_by_task=is_by_task)) + "\n")
        place.sent.write_text("".join(json.dumps(record(n, rows, is_by_task=is_by_task)) + "\n" for n in range(1, 49)))
        print(f"  a record with {rows} latencies has {len(km('log', one, '--json').stdout)} bytes")

        # As a receiver keeps the records of a host for two days.
        kept = km("log", place.sent, "--json").stdout
        for name, command in (("zstd", ("zstd", "-c")), ("zstd -19", ("zstd", "-19", "-c")), ("gzip", ("gzip", "-c"))):
            if program(command[0]):
                size = len(subprocess.run(command, input=kept, capture_output=True, check=True).stdout)
                print(f"  48 of them have {len(kept)} bytes, {size} after {name}: {size // 48} each")

        def cpu(*arguments, environment=None):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([KM, *map(str, arguments)], env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL, check=False)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        for name, form, environment in (("file", "file:{0}/f", None), ("syslog+tcp", "syslog+tcp://127.0.0.1:{1}", None),
                                        ("textfile", "textfile:{0}/t.prom", None), ("otlp", "otlp+http://127.0.0.1:{1}", None),
                                        ("otlp, gzip", "otlp+http://127.0.0.1:{1}", {"OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"})):
            counter = Counter()
            target = form.format(place.path, counter.port)
            send = ("log", "send", "--spool", place.path / name, "--to", target)
            first = cpu(*send, one, environment=environment)
            size = counter.bytes
            rest = (cpu(*send, place.sent, environment=environment) - first) / 47
            print(f"  {name}: {size} bytes on the wire, {first * 1000:.0f} ms CPU for a process that sends one, {rest * 1000:.1f} ms for each further one")
            check(f"{name} takes them", not any((place.path / name).glob("*/0*.json")))


SUITES = {"rsyslog": rsyslog, "otlp": otlp, "rules": rules, "kill": kill, "journal": journal, "prometheus": prometheus, "costs": costs}
for suite in sys.argv[2:] or SUITES:
    print(f"{suite}:", flush=True)
    try:
        SUITES[suite]()
    except Exception:
        check(f"{suite} ends without an error", False, traceback.format_exc())
print(f"{len(passed)} passed, {len(failures)} failed, {len(skipped)} skipped")
sys.exit(1 if failures else 0)
