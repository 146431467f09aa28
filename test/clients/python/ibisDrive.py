#!/usr/bin/env python3
"""ibisDrive.py HOST PORT CATALOG SCHEMA  (CATALOG.SCHEMA writable, e.g. memory; tpch.tiny is read)
Ibis against any Trino-compatible server: catalogs, expressions that it writes as SQL, tables, views and data frames."""
import sys, os, datetime as dt, decimal, uuid
sys.path.insert(0, os.path.dirname(__file__))
from step import step, finish
import ibis, pandas as pd
from ibis import _
host, port, catalog, schema = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
print("ibis", ibis.__version__, "pandas", pd.__version__)
con = ibis.trino.connect(host=host, port=port, user="ibis", database=catalog, schema=schema, source="ibis-drive")
sfx = uuid.uuid4().hex[:6]
T, V, P = f"ibis_t_{sfx}", f"ibis_v_{sfx}", f"ibis_p_{sfx}"
tiny = lambda name: con.table(name, database=("tpch", "tiny"))
orders, customer, nation, lineitem = tiny("orders"), tiny("customer"), tiny("nation"), tiny("lineitem")

@step("version, current catalog and database")
def _s():
    assert con.current_catalog == catalog and con.current_database == schema, (con.current_catalog, con.current_database)
    return con.version
@step("list_catalogs, list_databases, list_tables")
def _s():
    assert {"tpch", "system", catalog} <= set(con.list_catalogs()), con.list_catalogs()
    assert {"tiny", "information_schema"} <= set(con.list_databases(catalog="tpch"))
    assert set(con.list_tables(database=("tpch", "tiny"))) == {"customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"}
    assert set(con.list_tables(database=("tpch", "tiny"), like="part")) == {"part", "partsupp"}
@step("schema of a table")
def _s():
    types = {name: str(kind).lstrip("!") for name, kind in orders.schema().items()}
    assert types["orderkey"] == "int64" and types["orderdate"] == "date" and types["totalprice"] == "float64" and types["comment"].startswith("string"), types
@step("filter, select, order, limit")
def _s():
    d = nation.filter(_.regionkey == 1).select("nationkey", "name").order_by("name").limit(3).to_pandas()
    assert list(d["name"]) == ["ARGENTINA", "BRAZIL", "CANADA"], d
@step("aggregates by group, having")
def _s():
    d = orders.group_by("orderstatus").agg(n=_.count(), total=_.totalprice.sum(), top=_.totalprice.max(), people=_.custkey.nunique()).filter(_.n > 100).order_by("orderstatus").to_pandas()
    assert list(d["orderstatus"]) == ["F", "O", "P"] and int(d["n"].sum()) == 15000, d
@step("join of three tables")
def _s():
    d = orders.select("custkey").join(customer.select("custkey", "nationkey"), "custkey").join(nation.select("nationkey", "name"), "nationkey").group_by("name").agg(n=_.count()).order_by(ibis.desc("n"), "name").limit(5).to_pandas()
    assert len(d) == 5 and d["n"].is_monotonic_decreasing, d
@step("semi and anti join")
def _s():
    assert customer.semi_join(orders, "custkey").count().execute() + customer.anti_join(orders, "custkey").count().execute() == 1500
@step("window functions")
def _s():
    w = ibis.window(group_by="custkey", order_by="orderdate")
    d = orders.mutate(rank=ibis.row_number().over(w), before=_.totalprice.lag().over(w), running=_.totalprice.cumsum().over(w)).filter(_.custkey == 1).order_by("rank").to_pandas()
    assert d["rank"].iloc[0] == 0 and pd.isna(d["before"].iloc[0]) and abs(d["running"].iloc[-1] - d["totalprice"].sum()) < 1e-6, d
@step("dates and times")
def _s():
    d = orders.group_by(month=_.orderdate.truncate("M")).agg(n=_.count()).order_by("month").limit(2).to_pandas()
    assert d["n"].sum() > 0 and str(d["month"].iloc[0])[:7] == "1992-01", d
    e = orders.mutate(year=_.orderdate.year(), weekday=_.orderdate.day_of_week.index(), text=_.orderdate.strftime("%Y-%m-%d")).limit(1).to_pandas()
    assert str(e["orderdate"].iloc[0])[:10] == e["text"].iloc[0] and str(e["year"].iloc[0]) == e["text"].iloc[0][:4], e
    assert con.execute(ibis.timestamp("2020-02-29 12:00:00") + ibis.interval(days=1)) == pd.Timestamp("2020-03-01 12:00:00")
@step("texts")
def _s():
    assert con.execute(ibis.literal("Größe").lower()) == "größe"
    d = nation.mutate(a=_.name.lower().capitalize(), b=_.name.length(), c=_.name.re_extract("^(.)", 1), d=_.name.contains("AN"), e=_.name.substr(0, 3), f=_.name.split("A")).order_by("name").limit(2).to_pandas()
    assert list(d["a"]) == ["Algeria", "Argentina"] and list(d["c"]) == ["A", "A"] and list(d["e"]) == ["ALG", "ARG"] and list(d["f"].iloc[0]) == ["", "LGERI", ""], d
@step("conditions and NULL")
def _s():
    d = nation.mutate(k=ibis.cases((_.regionkey == 0, "africa"), (_.regionkey == 1, "america"), else_="other"), n=_.comment.nullif("x").fill_null("none")).group_by("k").agg(c=_.count()).order_by("k").to_pandas()
    assert list(d["c"]) == [5, 5, 15], d
@step("arrays, maps, structs, unnest")
def _s():
    a = ibis.array([1, 2, 3])
    assert list(con.execute(a.map(lambda x: x * 2).filter(lambda x: x > 2))) == [4, 6] and con.execute(a.length()) == 3 and con.execute(a.contains(2))
    assert con.execute(ibis.map(["a", "b"], [1, 2])["b"]) == 2
    assert con.execute(ibis.struct({"x": 1, "y": "z"})["y"]) == "z"
    d = nation.select("regionkey", part=_.name.split("A").unnest()).count().execute(); assert d > 25, d
@step("numbers")
def _s():
    assert con.execute(ibis.literal(decimal.Decimal("1.10"), type="decimal(10,2)") + 1) == decimal.Decimal("2.10")
    assert con.execute(ibis.literal(10) // 3) == 3 and con.execute(ibis.literal(2.5).ceil()) == 3 and con.execute(ibis.literal(9).sqrt()) == 3.0
@step("statistics")
def _s():
    d = lineitem.agg(q=_.quantity.approx_median(), s=_.quantity.std(), v=_.discount.var(), c=_.quantity.corr(_.extendedprice, how="pop"), a=_.orderkey.approx_nunique()).to_pandas()
    assert 20 < d["q"].iloc[0] < 30 and d["c"].iloc[0] > 0.5 and 13000 < d["a"].iloc[0] < 17000, d
@step("union, intersect, difference, distinct")
def _s():
    a, b = nation.filter(_.regionkey < 2).select("name"), nation.filter(_.regionkey > 0).select("name")
    assert (ibis.union(a, b, distinct=True).count().execute(), ibis.intersect(a, b).count().execute(), ibis.difference(a, b).count().execute()) == (25, 5, 5)
    assert nation.select("regionkey").distinct().count().execute() == 5
@step("sql and raw_sql")
def _s():
    assert con.sql("SELECT nationkey, name FROM tpch.tiny.nation WHERE regionkey = 3").count().execute() == 5
    with con.raw_sql("SHOW CATALOGS") as cursor: assert ("tpch",) in [tuple(row) for row in cursor.fetchall()]
@step("create_table from an expression, insert, count")
def _s():
    t = con.create_table(T, nation.select("nationkey", "name", at=ibis.timestamp("2020-01-01 00:00:00")))
    assert t.count().execute() == 25 and T in con.list_tables()
    con.insert(T, nation.select(nationkey=_.nationkey + 100, name=_.name, at=ibis.timestamp("2021-01-01 00:00:00")))
    assert con.table(T).count().execute() == 50
@step("create_table from a data frame")
def _s():
    df = pd.DataFrame({"i": [1, 2, None], "f": [1.5, None, 2.5], "s": ["a", "", "é"], "b": [True, False, None], "t": pd.to_datetime(["2020-01-01 00:00:00", "2020-01-02 03:04:05", "1969-12-31 23:59:59"])})
    t = con.create_table(P, df)
    got = t.order_by("f").to_pandas(); assert len(got) == 3 and sorted(got["s"]) == ["", "a", "é"], got
@step("create_table with a schema, overwrite")
def _s():
    t = con.create_table(P, schema=ibis.schema({"a": "int64", "d": "decimal(10, 2)", "s": "string", "l": "array<int32>", "m": "map<string, int64>"}), overwrite=True)
    assert t.count().execute() == 0 and [str(x).lstrip("!") for x in t.schema().types] == ["int64", "decimal(10, 2)", "string", "array<int32>", "map<string, int64>"], t.schema()
@step("create_view, drop_view")
def _s():
    v = con.create_view(V, orders.group_by("orderstatus").agg(n=_.count()))
    assert v.count().execute() == 3 and V in con.list_tables()
    con.drop_view(V); assert V not in con.list_tables()
@step("memtable joined with a table")
def _s():
    m = ibis.memtable({"regionkey": [0, 1], "label": ["x", "y"]})
    assert nation.mutate(regionkey=_.regionkey.cast("int64")).join(m, "regionkey").group_by("label").agg(n=_.count()).order_by("label").to_pandas()["n"].tolist() == [5, 5]
@step("to_pyarrow and batches")
def _s():
    table = orders.select("orderkey", "orderdate", "totalprice").to_pyarrow(); assert table.num_rows == 15000 and str(table.schema.field("orderdate").type) == "date32[day]", table.schema
    assert sum(len(batch) for batch in orders.select("orderkey").to_pyarrow_batches(chunk_size=1000)) == 15000
@step("create_database, drop_database")
def _s():
    name = f"ibis_{sfx}"; con.create_database(name); assert name in con.list_databases(); con.drop_database(name); assert name not in con.list_databases()
@step("errors")
def _s():
    try: con.table("nope_" + sfx); raise AssertionError("no error")
    except ibis.common.exceptions.TableNotFound: pass
    try: con.sql("SELECT nope FROM tpch.tiny.nation"); raise AssertionError("no error")
    except Exception as e: assert "nope" in str(e), e
@step("drop tables")
def _s():
    for name in (T, P): con.drop_table(name)
    assert not {T, P} & set(con.list_tables())
finish()
