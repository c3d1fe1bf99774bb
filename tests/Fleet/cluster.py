"""Two ClickHouse nodes on the loopback, with the configuration of deploy/clickhouse."""
import atexit
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy/clickhouse"


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Cluster:
    """Two nodes, in a folder. They end with this process."""

    def __init__(self, folder):
        self.folder, self.loader, self.reader = folder, "load-" + os.urandom(6).hex(), "read-" + os.urandom(6).hex()
        ports = free_ports(4)
        self.tcp, self.http = ports[:2], ports[2:]
        self.client, self.nodes = shutil.which("clickhouse-client"), []
        atexit.register(self.stop)
        for number in (0, 1):
            self.start(number)
        for number in (0, 1):
            self.wait(number)

    def start(self, number):
        home = self.folder / f"node{number + 1}"
        for name in ("data", "tmp", "files"):
            (home / name).mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
            "KM_LOG": str(home / "log"), "KM_DATA": f"{home}/data/", "KM_TMP": f"{home}/tmp/", "KM_FILES": f"{home}/files/",
            "KM_TCP_PORT": str(self.tcp[number]), "KM_HTTP_PORT": str(self.http[number]),
            "KM_SHARD1_PORT": str(self.tcp[0]), "KM_SHARD2_PORT": str(self.tcp[1]),
            "KM_LOADER_PASSWORD": self.loader, "KM_READER_SHA256": hashlib.sha256(self.reader.encode()).hexdigest(),
        }
        server = shutil.which("clickhouse-server") or "/usr/sbin/clickhouse-server"
        with open(home / "out", "w", encoding="utf-8") as out:
            # The server writes what it makes of its configuration beside it.
            config = shutil.copytree(DEPLOY / "config", home / "config", dirs_exist_ok=True)
            self.nodes.append(subprocess.Popen([server, f"--config-file={config}/node.xml"], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                               cwd=home, env=environment, start_new_session=True))

    def wait(self, number):
        until = time.monotonic() + 30
        while self.run("SELECT 1", node=number).returncode:
            if self.nodes[number].poll() is not None or time.monotonic() > until:
                raise SystemExit(f"clickhouse-server did not start: {(self.folder / f'node{number + 1}/out').read_text()[-1500:]}")
            time.sleep(0.1)

    def options(self, user="reader"):
        return ["--user", user, "--password", self.reader if user == "reader" else self.loader]

    def run(self, sql, user="default", node=0, arguments=(), feed="", timeout=120):
        return subprocess.run([self.client, "--host", "127.0.0.1", "--port", str(self.tcp[node]), *self.options(user), *arguments, "--query", sql],
                              capture_output=True, text=True, input=feed, timeout=timeout)

    def ask(self, sql, user="reader", node=0):
        """The names of the columns, and the rows as texts."""
        done = self.run(sql, user, node, ["--format", "TabSeparatedWithNames"])
        if done.returncode:
            raise ValueError(done.stderr.strip())
        lines = [line.split("\t") for line in done.stdout.rstrip("\n").split("\n")]
        return lines[0], [[None if value == "\\N" else re.sub(r"\\(.)", lambda m: {"t": "\t", "n": "\n", "0": "\0"}.get(m[1], m[1]), value)
                           for value in line] for line in lines[1:]]

    def load(self, *arguments, timeout=200):
        environment = {**os.environ, "CLICKHOUSE": " ".join([self.client, *self.options("default")]),
                       "NODES": " ".join(f"127.0.0.1:{port}" for port in self.tcp), "DUCKDB": f"{sys.executable} -B {Path(__file__).parent / 'duckdb.py'}"}
        return subprocess.run([DEPLOY / "load.sh", "--old", *arguments], capture_output=True, text=True, env=environment, timeout=timeout)

    def stop_node(self, number):
        node = self.nodes[number]
        if node.poll() is None:
            os.killpg(node.pid, signal.SIGTERM)
            try:
                node.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(node.pid, signal.SIGKILL)
                node.wait(15)

    def stop(self):
        for number in range(len(self.nodes)):
            self.stop_node(number)
