# Makes of schema.sql what ClickHouse 18.16 (Debian's package) understands:  sed -E -f old-release.sed schema.sql
#
# - DateTime64 came with 20.1: the nanoseconds are a column of their own, time_ns, and time is the second. The questions use seconds and days only.
# - CODEC came with 19.1, TTL with 19.6: everything is compressed as the server's configuration says (config/node.xml: zstd), and old days are dropped by hand:
#   ALTER TABLE km.intervals_local DROP PARTITION '2026-03-02'.
# - LowCardinality is an experiment in 18.16 and is left out: names are plain strings, which zstd makes small, and comparing them is slower.
s/ CODEC\(((Delta\([0-9]+\)|ZSTD\([0-9]+\)),? ?)+\)//
/^TTL /d
s/LowCardinality\((String)\)/\1/
s/LowCardinality\((Nullable\(String\))\)/\1/
s/^    time Nullable\(DateTime64\(9, 'UTC'\)\)/    time_ns Nullable(Int64),\n    time Nullable(DateTime('UTC')) DEFAULT toDateTime(intDiv(time_ns, 1000000000), 'UTC')/
s/^    until Nullable\(DateTime64\(9, 'UTC'\)\)/    until_ns Nullable(Int64)/
