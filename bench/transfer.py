"""Reads a statement's rows with the trino client: transfer.py PORT ENCODING SQL; prints rows, seconds and CPU-seconds as JSON."""
import json
import sys
import time

import trino

port, encoding, sql = sys.argv[1:4]
connection = trino.dbapi.connect(host='127.0.0.1', port=int(port), user='bench', encoding=None if encoding == 'direct' else encoding)
cursor = connection.cursor()
cpu, wall, rows = time.process_time(), time.perf_counter(), 0
cursor.execute(sql)
while batch := cursor.fetchmany(10_000):
    rows += len(batch)
print(json.dumps({'rows': rows, 'wallSeconds': time.perf_counter() - wall, 'cpuSeconds': time.process_time() - cpu}))
