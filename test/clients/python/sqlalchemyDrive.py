#!/usr/bin/env python3
"""sqlalchemyDrive.py HOST PORT CATALOG SCHEMA  (CATALOG writable, e.g. memory; tpch.tiny must exist to read)
SQLAlchemy + pandas + DB-API against any Trino-compatible server."""
import sys, os, datetime as dt, decimal, uuid
sys.path.insert(0, os.path.dirname(__file__))
from step import step, finish
import sqlalchemy as sa, pandas as pd, trino
from sqlalchemy import create_engine, inspect, text, MetaData, Table, Column, select, func
from trino.sqlalchemy import URL
from trino.sqlalchemy.datatype import ROW, MAP, JSON
host, port, catalog, schema = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
print("trino", trino.__version__, "sqlalchemy", sa.__version__, "pandas", pd.__version__)
eng = create_engine(URL(host=host, port=port, user="sa", catalog=catalog, schema=schema, source="sqlalchemy-drive"))
tpch = create_engine(f"trino://sa@{host}:{port}/tpch/tiny")
sfx = uuid.uuid4().hex[:6]
T = f"sa_people_{sfx}"; T2 = f"sa_pd_{sfx}"; V = f"sa_view_{sfx}"
V2 = 'legacy' if sa.__version__.startswith('1.') else '2'

@step("connect, select 1")
def _():
    with eng.connect() as c: assert c.execute(text("SELECT 1")).scalar() == 1
@step("server version")
def _():
    with eng.connect() as c:
        c.execute(text("select 1")); return str(c.dialect.server_version_info)
@step("dialect default schema/catalog")
def _():
    with eng.connect() as c:
        r = c.execute(text("SELECT current_user, current_catalog, current_schema")).one(); assert r[1:] == (catalog, schema), r
@step("inspector.get_schema_names")
def _():
    names = inspect(tpch).get_schema_names(); assert "tiny" in names and "information_schema" in names, names; return len(names)
@step("inspector.get_table_names")
def _():
    t = inspect(tpch).get_table_names(schema="tiny"); assert set(t) == {"customer","lineitem","nation","orders","part","partsupp","region","supplier"}, t
@step("inspector.get_columns")
def _():
    cols = {c["name"]: c for c in inspect(tpch).get_columns("orders", schema="tiny")}
    assert isinstance(cols["orderkey"]["type"], sa.BigInteger) and isinstance(cols["orderdate"]["type"], sa.Date) and isinstance(cols["totalprice"]["type"], (sa.Float,)), cols
    assert cols["orderkey"]["nullable"] in (True, False); return list(cols)
@step("inspector.has_table yes/no")
def _():
    i = inspect(tpch); assert i.has_table("orders", schema="tiny") and not i.has_table("nope", schema="tiny")
@step("inspector.get_pk/fk/indexes/unique")
def _():
    i = inspect(tpch)
    assert not i.get_pk_constraint("orders", schema="tiny").get("constrained_columns")
    assert i.get_foreign_keys("orders", schema="tiny") == []
    assert i.get_indexes("orders", schema="tiny") == []
    assert i.get_unique_constraints("orders", schema="tiny") == []
@step("get_table_comment")
def _(): assert inspect(tpch).get_table_comment("orders", schema="tiny") == {"text": None}
@step("NoSuchTableError on reflect")
def _():
    try: Table("nope", MetaData(), schema="tiny", autoload_with=tpch); raise AssertionError("no error")
    except sa.exc.NoSuchTableError: pass
@step("reflect tpch.tiny.nation + select rows")
def _():
    n = Table("nation", MetaData(), schema="tiny", autoload_with=tpch)
    with tpch.connect() as c:
        rows = c.execute(select(n).where(n.c.regionkey == 1).order_by(n.c.name).limit(3).offset(1)).fetchall()
        assert [r.name for r in rows] == ["BRAZIL", "CANADA", "PERU"], rows
@step("reflect whole schema (metadata.reflect)")
def _():
    md = MetaData(); md.reflect(bind=tpch, schema="tiny"); assert len(md.tables) == 8
md = MetaData()
people = Table(T, md, Column("id", sa.Integer), Column("name", sa.String), Column("vc", sa.String(20)), Column("score", sa.Float), Column("price", sa.Numeric(12, 2)),
    Column("born", sa.Date), Column("seen", sa.TIMESTAMP), Column("seentz", sa.TIMESTAMP(timezone=True)), Column("ok", sa.Boolean), Column("blob", sa.LargeBinary),
    Column("tags", sa.ARRAY(sa.String)), Column("doc", JSON), schema=schema)
@step("create table with many types")
def _(): md.create_all(eng, tables=[people])
@step("insert single with bound params (dialect prepares EXECUTE IMMEDIATE)")
def _():
    with eng.begin() as c:
        c.execute(people.insert(), {"id": 1, "name": "Ann 'x' \u00e9\U0001F600", "vc": "v", "score": 1.5, "price": decimal.Decimal("10.25"), "born": dt.date(1990,1,2),
          "seen": dt.datetime(2024,1,2,3,4,5,678000), "seentz": dt.datetime(2024,1,2,3,4,5,tzinfo=dt.timezone.utc), "ok": True, "blob": b"\x00\xff", "tags": ["a","b"], "doc": {"a":[1,None]}})
@step("insert many")
def _():
    with eng.begin() as c:
        c.execute(people.insert(), [{"id": i, "name": f"n{i}", "score": i/2, "ok": i % 2 == 0} for i in range(2, 7)])
@step("read back typed values")
def _():
    with eng.connect() as c:
        r = c.execute(select(people).where(people.c.id == 1)).one()
        assert r.name == "Ann 'x' \u00e9\U0001F600" and r.score == 1.5 and r.price == decimal.Decimal("10.25") and r.born == dt.date(1990,1,2), r
        assert r.seen == dt.datetime(2024,1,2,3,4,5,678000), r.seen
        assert r.seentz.astimezone(dt.timezone.utc) == dt.datetime(2024,1,2,3,4,5,tzinfo=dt.timezone.utc), r.seentz
        assert r.ok is True and bytes(r.blob) == b"\x00\xff" and r.tags == ["a","b"] and r.doc == {"a":[1,None]}, r
@step("count/group by/having/func")
def _():
    with eng.connect() as c:
        assert c.execute(select(func.count()).select_from(people)).scalar() == 6
        rows = c.execute(select(people.c.ok, func.sum(people.c.score).label("s"), func.max(people.c.id)).where(people.c.id > 1).group_by(people.c.ok).having(func.sum(people.c.score) > 0).order_by(people.c.ok)).all()
        assert rows == [(False, 4.0, 5), (True, 6.0, 6)], rows
@step("IN list, LIKE, BETWEEN, case, cast, subquery, CTE, window, union")
def _():
    with eng.connect() as c:
        p = people.c
        q = select(p.id).where(p.id.in_([2,3,9]), p.name.like("n%"), p.id.between(1,5)).order_by(p.id.desc()); assert [r[0] for r in c.execute(q)] == [3,2]
        q = select(sa.case((p.id < 3, "lo"), else_="hi"), sa.cast(p.id, sa.String)).order_by(p.id).limit(1); assert c.execute(q).one() == ("lo","1")
        cte = select(p.id, func.row_number().over(order_by=p.id.desc()).label("rn")).cte("r"); q = select(cte.c.id).where(cte.c.rn == 1); assert c.execute(q).scalar() == 6
        q = sa.union_all(select(p.id).where(p.id == 1), select(p.id).where(p.id == 2)); assert sorted(x[0] for x in c.execute(q)) == [1,2]
        q = select(func.count()).where(p.id == select(func.max(p.id)).scalar_subquery()); assert c.execute(q).scalar() == 1
@step("text() with named params")
def _():
    with eng.connect() as c:
        assert c.execute(text(f"SELECT name FROM {T} WHERE id = :i AND ok = :b"), {"i": 2, "b": True}).scalar() == "n2"
@step("create view, get_view_names, get_view_definition")
def _():
    with eng.begin() as c: c.execute(text(f"CREATE OR REPLACE VIEW {V} AS SELECT id, name FROM {T}"))
    i = inspect(eng); assert V in i.get_view_names(schema=schema), i.get_view_names(schema=schema)
    assert V not in i.get_table_names(schema=schema)
    d = i.get_view_definition(V, schema=schema); assert "SELECT" in d.upper() and T in d, d
    assert [c["name"] for c in i.get_columns(V, schema=schema)] == ["id", "name"]
@step("reflect own table column types")
def _():
    cols = {c["name"]: str(c["type"]) for c in inspect(eng).get_columns(T, schema=schema)}; return cols
@step("pandas.read_sql query")
def _():
    with tpch.connect() as c:
        df = pd.read_sql(text("SELECT orderstatus, count(*) n, sum(totalprice) s FROM orders GROUP BY 1 ORDER BY 1"), c)
    assert list(df["orderstatus"]) == ["F","O","P"] and list(df["n"]) == [7304, 7333, 363] and df["n"].dtype.kind == "i", df
@step("pandas.read_sql_table")
def _():
    with tpch.connect() as c: df = pd.read_sql_table("nation", c, schema="tiny")
    assert len(df) == 25
@step("pandas.to_sql replace/append, read back")
def _():
    df = pd.DataFrame({"a": [1,2,3], "b": ["x","y",None], "c": [1.5, None, 2.0], "d": pd.to_datetime(["2024-01-01","2024-01-02","2024-01-03"])})
    with eng.begin() as c: df.to_sql(T2, c, schema=schema, index=False, if_exists="replace", method="multi")
    with eng.begin() as c: df.to_sql(T2, c, schema=schema, index=False, if_exists="append", method="multi")
    with eng.connect() as c: out = pd.read_sql(text(f"SELECT * FROM {T2} ORDER BY a"), c)
    assert len(out) == 6 and out["a"].sum() == 12 and out["b"].isna().sum() == 2, out
@step("complex types: row/map/array/nested")
def _():
    with eng.connect() as c:
        r = c.execute(text("SELECT CAST(ROW(1,'a') AS ROW(x int, y varchar)), MAP(ARRAY['k'],ARRAY[1]), ARRAY[ARRAY[1],NULL], DECIMAL '1234567890123456789012345678901234.5678', TIME '01:02:03.456', INTERVAL '2' DAY, INTERVAL '3' MONTH, UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59', X'00FF', nan(), infinity()")).one()
        assert tuple(r[0]) == (1,'a') and r[1] == {"k":1} and r[2] == [[1],None] and r[3] == decimal.Decimal('1234567890123456789012345678901234.5678') and r[4] == dt.time(1,2,3,456000), r
        return [type(x).__name__ for x in r]
@step("error: syntax error is surfaced with name/type/line")
def _():
    try:
        with eng.connect() as c: c.execute(text("SELEC 1"))
        raise AssertionError("no error")
    except sa.exc.DBAPIError as e:
        o = e.orig; assert o.error_name == "SYNTAX_ERROR" and o.error_type == "USER_ERROR", o
@step("error: table not found")
def _():
    try:
        with eng.connect() as c: c.execute(text("SELECT * FROM nope_nope"))
        raise AssertionError("no error")
    except sa.exc.DBAPIError as e: assert e.orig.error_name == "TABLE_NOT_FOUND", e.orig
@step("error: division by zero")
def _():
    try:
        with eng.connect() as c: c.execute(text("SELECT 1/0")).fetchall()
        raise AssertionError("no error")
    except sa.exc.DBAPIError as e: assert e.orig.error_name == "DIVISION_BY_ZERO", e.orig
@step("delete / update rows (skipped quietly where the catalog cannot)")
def _():
    out = []
    for q in (f"UPDATE {T} SET score = 9 WHERE id = 2", f"DELETE FROM {T} WHERE id = 6"):
        try:
            with eng.begin() as c: out.append(c.execute(text(q)).rowcount)
        except sa.exc.DBAPIError as e: out.append(e.orig.error_name)
    return out
# ---- DB-API ----
def dbc(**kw): return trino.dbapi.connect(host=host, port=port, user="dbapi", catalog=catalog, schema=schema, source="dbapi-drive", **kw)
@step("dbapi description/types")
def _():
    cur = dbc().cursor(); cur.execute("SELECT 1 a, BIGINT '2' b, 'x' c, DECIMAL '1.10' d, TIMESTAMP '2024-01-01 00:00:00.123456789' e"); r = cur.fetchone()
    assert [d[0] for d in cur.description] == list("abcde") and [d[1] for d in cur.description] == ["integer","bigint","varchar(1)","decimal(3, 2)","timestamp(9)"], cur.description
    return [d[1] for d in cur.description]
@step("dbapi params via EXECUTE IMMEDIATE (legacy_prepared_statements=False)")
def _():
    cur = dbc(legacy_prepared_statements=False).cursor(); cur.execute("SELECT ?, ?, ?, ?, ?", (1, "it's", 1.5, None, dt.datetime(2024,1,1,tzinfo=dt.timezone.utc))); r = cur.fetchone(); assert r[0] == 1 and r[1] == "it's" and r[2] == 1.5, r
@step("dbapi params via PREPARE headers (legacy_prepared_statements=True)")
def _():
    cur = dbc(legacy_prepared_statements=True).cursor(); cur.execute("SELECT ?, ?", (1, ["a", None])); assert cur.fetchone() == [1, ["a", None]]
@step("dbapi autodetect of prepared statement capability")
def _():
    cur = dbc().cursor(); cur.execute("SELECT ?", (5,)); assert cur.fetchone() == [5]
@step("dbapi DESCRIBE OUTPUT via cursor.describe")
def _():
    cur = dbc().cursor(); d = cur.describe("SELECT 1 a, 'x' b"); assert [x.name for x in d] == ["a","b"], d
@step("dbapi stats, query_id, info_uri, rowcount, fetchmany")
def _():
    cur = dbc().cursor(); cur.execute("SELECT * FROM tpch.tiny.nation"); assert len(cur.fetchmany(10)) == 10; cur.fetchall(); assert cur.stats["state"] == "FINISHED" and cur.query_id and cur.info_uri, cur.stats
@step("dbapi cancel running query")
def _():
    cur = dbc().cursor(); cur.execute("SELECT * FROM tpch.sf100.lineitem"); qid = cur.query_id; cur.cancel()
    c2 = dbc().cursor(); 
    import time
    for _ in range(20):
        c2.execute(f"SELECT state, error_code FROM system.runtime.queries WHERE query_id = '{qid}'"); r = c2.fetchall()
        if r and r[0][0] == "FAILED": return r[0]
        time.sleep(.25)
    raise AssertionError(r)
@step("dbapi transactions: commit and rollback")
def _():
    c = dbc(isolation_level=trino.transaction.IsolationLevel.READ_COMMITTED)
    cur = c.cursor(); cur.execute("SELECT 1"); cur.fetchall(); assert c.transaction is not None and c.transaction.id; c.commit()
    cur = c.cursor(); cur.execute("SELECT 1"); cur.fetchall(); c.rollback()
@step("dbapi session properties, USE, SET SESSION, timezone, client tags, extra credential, roles")
def _():
    c = dbc(session_properties={"query_max_run_time": "10m"}, timezone="Europe/Brussels", client_tags=["t1","t2"], extra_credential=[("a.user","b")], roles={"system": "ALL"})
    cur = c.cursor(); cur.execute("SHOW SESSION LIKE 'query_max_run_time'"); assert cur.fetchall()[0][1] == "10m"
    cur.execute("SELECT current_timezone()"); assert cur.fetchone() == ["Europe/Brussels"]
    cur.execute("SET SESSION query_max_run_time = '20m'"); cur.fetchall(); cur.execute("SHOW SESSION LIKE 'query_max_run_time'"); assert cur.fetchall()[0][1] == "20m"
    cur.execute("USE tpch.tiny"); cur.fetchall(); cur.execute("SELECT count(*) FROM nation"); assert cur.fetchone() == [25]
@step("dbapi encodings (spooled) json / json+lz4 / json+zstd: same rows")
def _():
    out = {}
    for enc in (None, "json", "json+lz4", "json+zstd"):
        kw = {"encoding": enc} if enc else {}
        cur = dbc(**kw).cursor(); cur.execute("SELECT orderkey, comment FROM tpch.tiny.orders ORDER BY 1"); rows = cur.fetchall(); out[enc] = (len(rows), hash(tuple(map(tuple, rows))))
    assert len(set(out.values())) == 1 and out[None][0] == 15000, out
@step("dbapi concurrent 8 cursors")
def _():
    from concurrent.futures import ThreadPoolExecutor
    def q(i):
        cur = dbc().cursor(); cur.execute(f"SELECT {i}, count(*) FROM tpch.tiny.orders"); return cur.fetchone()
    with ThreadPoolExecutor(8) as ex: assert [r[0] for r in ex.map(q, range(16))] == list(range(16))
@step("cleanup")
def _():
    with eng.begin() as c:
        c.execute(text(f"DROP VIEW IF EXISTS {V}")); c.execute(text(f"DROP TABLE IF EXISTS {T}")); c.execute(text(f"DROP TABLE IF EXISTS {T2}"))
finish()
