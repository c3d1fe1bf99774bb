#!/usr/bin/env python3
"""Runs statements with the DuckDB that the module brings, through DuckDB's C interface: as `duckdb -c` does, which is not installed everywhere.

    duckdb.py SQL...        prints the rows of SELECT as tab-separated text; KM_DUCKDB names libduckdb.so
"""
import ctypes
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Result(ctypes.Structure):
    _fields_ = [("counts", ctypes.c_uint64 * 3), ("columns", ctypes.c_void_p), ("message", ctypes.c_char_p), ("internal", ctypes.c_void_p)]


def library():
    """The library of the module, or else that of the package which the module is built of."""
    if os.environ.get("KM_DUCKDB"):
        return os.environ["KM_DUCKDB"]
    packages = Path(os.environ.get("NUGET_PACKAGES", Path.home() / ".nuget/packages"))
    machine = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}.get(os.uname().machine, "")
    found = [*(ROOT / "artifacts/KernelMagnifier").rglob("libduckdb.so"),
             *sorted((packages / "duckdb.net.bindings.full").glob(f"*/runtimes/{machine}/native/libduckdb.so"))]
    # The module can have one for each machine.
    found = [path for path in found if machine in str(path)] or found
    return str(found[0]) if found else None


class DuckDb:
    """A database in memory."""

    def __init__(self):
        self.api = ctypes.CDLL(library())
        for name in ("duckdb_column_count", "duckdb_row_count"):
            getattr(self.api, name).restype = ctypes.c_uint64
        self.api.duckdb_value_varchar.restype = ctypes.c_void_p
        self.api.duckdb_value_varchar.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64]
        self.api.duckdb_column_name.restype = ctypes.c_char_p
        self.api.duckdb_column_name.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
        self.api.duckdb_result_error.restype = ctypes.c_char_p
        self.api.duckdb_free.argtypes = [ctypes.c_void_p]
        self.database, self.connection = ctypes.c_void_p(), ctypes.c_void_p()
        if self.api.duckdb_open(None, ctypes.byref(self.database)) or self.api.duckdb_connect(self.database, ctypes.byref(self.connection)):
            raise OSError("DuckDB does not open a database in memory")

    def run(self, sql):
        """The names of the columns, and the rows as texts."""
        result = Result()
        pointer = ctypes.byref(result)
        try:
            if self.api.duckdb_query(self.connection, sql.encode(), pointer):
                raise ValueError(self.api.duckdb_result_error(pointer).decode())
            columns = range(self.api.duckdb_column_count(pointer))
            names = [self.api.duckdb_column_name(pointer, i).decode() for i in columns]
            return names, [[self.text(pointer, i, row) for i in columns] for row in range(self.api.duckdb_row_count(pointer))]
        finally:
            self.api.duckdb_destroy_result(pointer)

    def ask(self, sql):
        """The same, of any types: this part of the interface does not know all."""
        return self.run("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\n" + sql.rstrip().rstrip(";") + "\n)")

    def text(self, pointer, column, row):
        value = self.api.duckdb_value_varchar(pointer, column, row)
        if not value:
            return None
        text = ctypes.string_at(value).decode()
        self.api.duckdb_free(value)
        return text


if __name__ == "__main__":
    duckdb = DuckDb()
    try:
        for statement in sys.argv[1:]:
            if statement.split(None, 1)[0].upper() not in ("SELECT", "WITH", "FROM"):
                duckdb.run(statement)
                continue
            names, rows = duckdb.ask(statement)
            for line in [names, *rows]:
                print("\t".join("\\N" if value is None else value for value in line))
    except ValueError as error:
        sys.exit(f"duckdb.py: {error}")
