#!/usr/bin/env python3
"""drive.py SUPERSET_URL TRINO_HOST TRINO_PORT CATALOG SCHEMA [admin_user admin_pw]
Drives a running Superset over its REST API exactly as its UI does. Needs only `requests`. tpch.tiny is read; CATALOG.SCHEMA must be writable."""
import sys, os, json, time, threading, uuid
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))
import requests
from step import step, finish
BASE = sys.argv[1].rstrip("/"); H, P, CAT, SCH = sys.argv[2:6]
USER, PW = (sys.argv[6:8] + ["admin", "admin"])[:2] if len(sys.argv) > 7 else ("admin", "admin")
S = requests.Session(); ctx = {}
def call(m, path, ok=(200, 201), **kw):
    r = S.request(m, BASE + path, timeout=120, **kw)
    if r.status_code not in ok: raise AssertionError(f"{m} {path} -> {r.status_code} {r.text[:500]}")
    try: return r.json()
    except ValueError: return r.text
def rison(d):  # enough rison for our flat uses
    def v(x):
        if x is True: return "!t"
        if x is False: return "!f"
        if isinstance(x, (int, float)): return str(x)
        return "'" + str(x).replace("!", "!!").replace("'", "!'") + "'"
    return "(" + ",".join(f"{k}:{v(x)}" for k, x in d.items()) + ")"
sfx = uuid.uuid4().hex[:6]; uri = f"trino://superset@{H}:{P}/tpch"; uriw = f"trino://superset@{H}:{P}/{CAT}/{SCH}"
@step("login")
def _():
    t = call("POST", "/api/v1/security/login", json={"username": USER, "password": PW, "provider": "db", "refresh": True})["access_token"]
    S.headers["Authorization"] = "Bearer " + t
    S.post(BASE + "/login/", data={"username": USER, "password": PW}, timeout=60)  # session cookie, for the non-/api/v1 routes the UI uses
    try: S.headers["X-CSRFToken"] = call("GET", "/api/v1/security/csrf_token/")["result"]; S.headers["Referer"] = BASE
    except Exception: pass
@step("trino listed among available databases")
def _(): assert any(d.get("engine") == "trino" for d in call("GET", "/api/v1/database/available/")["databases"])
@step("test_connection good")
def _(): call("POST", "/api/v1/database/test_connection/", json={"sqlalchemy_uri": uri, "database_name": "tc" + sfx, "extra": "{}"})
@step("test_connection bad catalog/port is refused")
def _():
    r = call("POST", "/api/v1/database/test_connection/", json={"sqlalchemy_uri": "trino://x@127.0.0.1:1/tpch", "database_name": "tc2" + sfx}, ok=(422, 400, 500)); assert "driver" not in json.dumps(r).lower() and ("connect" in json.dumps(r).lower() or "port" in json.dumps(r).lower()), r
@step("create databases (read tpch; writable)")
def _():
    extra = json.dumps({"cost_estimate_enabled": True, "allow_multi_catalog": True, "engine_params": {"connect_args": {"source": "superset"}}})
    for k, u in (("db", uri), ("dbw", uriw)):
        ctx[k] = call("POST", "/api/v1/database/", json={"database_name": f"{k}-{sfx}", "sqlalchemy_uri": u, "expose_in_sqllab": True, "allow_ctas": True, "allow_cvas": True, "allow_dml": True, "allow_run_async": False, "force_ctas_schema": SCH if k == "dbw" else None, "extra": extra})["id"]
    return ctx
@step("list catalogs")
def _():
    r = call("GET", f"/api/v1/database/{ctx['db']}/catalogs/?q=" + rison({"force": True}))["result"]; assert "tpch" in r and CAT in r, r; return r
@step("list schemas")
def _():
    r = call("GET", f"/api/v1/database/{ctx['db']}/schemas/?q=" + rison({"force": True, "catalog": "tpch"}))["result"]; assert "tiny" in r and "information_schema" in r, r
@step("list tables and views")
def _():
    r = call("GET", f"/api/v1/database/{ctx['db']}/tables/?q=" + rison({"force": True, "schema_name": "tiny", "catalog_name": "tpch"}))["result"]; assert len(r) == 8 and all(x["type"] == "table" for x in r), r
@step("table_metadata (columns, indexes, select star)")
def _():
    r = call("GET", f"/api/v1/database/{ctx['db']}/table_metadata/?name=orders&schema=tiny&catalog=tpch"); c = {x["name"]: x["type"] for x in r["columns"]}; assert c["orderkey"].upper() == "BIGINT" and c["orderdate"].upper() == "DATE", c; assert "SELECT" in r["selectStar"]
@step("table_metadata extra (partitions/latest)")
def _(): return call("GET", f"/api/v1/database/{ctx['db']}/table_metadata/extra/?name=orders&schema=tiny&catalog=tpch")
@step("function_names")
def _():
    r = call("GET", f"/api/v1/database/{ctx['db']}/function_names/")["function_names"]; assert "date_trunc" in r and "approx_distinct" in r, r[:5]; return len(r)
def sqllab(sql, db="db", schema="tiny", ok=(200,), catalog=None, **kw):
    return call("POST", "/api/v1/sqllab/execute/", ok=ok, json=dict({"client_id": uuid.uuid4().hex[:10], "database_id": ctx[db], "catalog": catalog or ("tpch" if db == "db" else CAT), "schema": schema, "sql": sql, "runAsync": False, "tab": "t", "expand_data": True, "queryLimit": 1000, "select_as_cta": False}, **kw))
@step("SQL Lab select with limit applied")
def _():
    r = sqllab("SELECT orderkey, orderdate, totalprice, comment FROM orders"); assert len(r["data"]) == 1000 and r["columns"][0]["column_name"] == "orderkey", r["columns"]; return [c["type"] for c in r["columns"]]
@step("SQL Lab aggregate result values")
def _():
    r = sqllab("SELECT orderstatus, count(*) AS n FROM orders GROUP BY 1 ORDER BY 1"); assert [(x["orderstatus"], x["n"]) for x in r["data"]] == [("F", 7304), ("O", 7333), ("P", 363)], r["data"]
@step("SQL Lab types (decimal, timestamp tz, row, map, array expand)")
def _():
    r = sqllab("SELECT DECIMAL '1.50' d, TIMESTAMP '2024-01-02 03:04:05.678 UTC' z, CAST(ROW(1,'x') AS ROW(a int, b varchar)) r, ARRAY[1,2] a, MAP(ARRAY['k'],ARRAY[1]) m, X'00' b, UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' u, nan() nn, INTERVAL '1' DAY iv"); return r["data"][0]
@step("SQL Lab multi statement")
def _(): r = sqllab("SELECT 1 AS a; SELECT 2 AS b"); assert r["data"] == [{"b": 2}], r["data"]
@step("SQL Lab SHOW / DESCRIBE / EXPLAIN")
def _():
    for q in ("SHOW TABLES FROM tpch.tiny", "DESCRIBE tpch.tiny.orders", "EXPLAIN SELECT * FROM orders", "SHOW CATALOGS"): assert sqllab(q)["data"], q
@step("SQL Lab jinja template")
def _(): assert sqllab("SELECT count(*) c FROM nation WHERE regionkey = {{ rk }}", templateParams=json.dumps({"rk": 1}))["data"][0]["c"] == 5
@step("SQL Lab error surfaced with message")
def _():
    r = sqllab("SELECT nope FROM orders", ok=(400, 422, 500)); assert "cannot be resolved" in json.dumps(r), r
@step("SQL Lab syntax error surfaced")
def _(): r = sqllab("SELEC 1", ok=(400, 422, 500)); assert "mismatched input" in json.dumps(r) or "parse" in json.dumps(r).lower() or "syntax" in json.dumps(r).lower(), r; return json.dumps(r)[:160]
@step("estimate cost (EXPLAIN TYPE IO)")
def _():
    r = call("POST", "/api/v1/sqllab/estimate/", json={"database_id": ctx["db"], "catalog": "tpch", "schema": "tiny", "sql": "SELECT * FROM orders"}); assert r["result"], r; return r["result"]
@step("format_sql")
def _(): call("POST", "/api/v1/sqllab/format_sql/", json={"sql": "select 1"})
@step("validate_sql (presto validator EXPLAIN TYPE VALIDATE, if configured)")
def _():
    r = S.post(BASE + f"/api/v1/database/{ctx['db']}/validate_sql/", json={"sql": "SELECT nope FROM orders", "schema": "tiny"}); assert r.status_code in (200, 422), r.text; return (r.status_code, "422 = no SQL_VALIDATORS_BY_ENGINE configured" if r.status_code == 422 else r.json())
@step("DML: create table / insert / select / CTAS / CVAS in writable catalog")
def _():
    t = f"ss_{sfx}"
    sqllab(f"CREATE TABLE {t} (id integer, name varchar, ts timestamp(3), v double)", "dbw", SCH)
    sqllab(f"INSERT INTO {t} VALUES (1,'a',TIMESTAMP '2024-01-01 00:00:00',1.5),(2,'b',TIMESTAMP '2024-02-01 00:00:00',2.5)", "dbw", SCH)
    assert sqllab(f"SELECT count(*) c FROM {t}", "dbw", SCH)["data"][0]["c"] == 2
    sqllab(f"SELECT id, name FROM {t}", "dbw", SCH, select_as_cta=True, ctas_method="TABLE", tmp_table_name=f"ct_{sfx}")
    sqllab(f"SELECT id, name FROM {t}", "dbw", SCH, select_as_cta=True, ctas_method="VIEW", tmp_table_name=f"cv_{sfx}")
    r = call("GET", f"/api/v1/database/{ctx['dbw']}/tables/?q=" + rison({"force": True, "schema_name": SCH, "catalog_name": CAT}))["result"]; k = {x["value"]: x["type"] for x in r}; assert k.get(f"cv_{sfx}") == "view" and k.get(f"ct_{sfx}") == "table", k
@step("view metadata + view_definition in extra")
def _():
    r = call("GET", f"/api/v1/database/{ctx['dbw']}/table_metadata/?name=cv_{sfx}&schema={SCH}&catalog={CAT}"); assert len(r["columns"]) == 2
    return call("GET", f"/api/v1/database/{ctx['dbw']}/table_metadata/extra/?name=cv_{sfx}&schema={SCH}&catalog={CAT}")
@step("cancel a running query (stop)")
def _():
    cid = uuid.uuid4().hex[:10]; res = {}
    def run():
        try: res["r"] = S.post(BASE + "/api/v1/sqllab/execute/", timeout=90, json={"client_id": cid, "database_id": ctx["db"], "catalog": "tpch", "schema": "tiny", "sql": "SELECT max(l.comment || o.comment) FROM tpch.sf100.lineitem l JOIN tpch.sf100.orders o ON l.orderkey = o.orderkey", "runAsync": False, "queryLimit": 10})
        except Exception as e: res["e"] = e
    th = threading.Thread(target=run); th.start(); t0 = time.time(); stopped = None
    while time.time() - t0 < 20 and th.is_alive():
        time.sleep(2); r = S.post(BASE + "/api/v1/query/stop", json={"client_id": cid}, timeout=60); stopped = r.status_code
        if stopped == 200: break
    th.join(60); assert not th.is_alive() and stopped == 200, (stopped, res); return res["r"].status_code, res["r"].text[:120]
@step("create physical dataset")
def _():
    for d in call("GET", "/api/v1/dataset/?q=(page_size:100)")["result"]:  # (catalog,schema,table) is unique in Superset: clear leftovers of an aborted run
        if d["table_name"] == "orders" and d["schema"] == "tiny": call("DELETE", f"/api/v1/dataset/{d['id']}")
    ctx["ds"] = call("POST", "/api/v1/dataset/", json={"database": ctx["db"], "catalog": "tpch", "schema": "tiny", "table_name": "orders"})["id"]
    r = call("GET", f"/api/v1/dataset/{ctx['ds']}")["result"]; c = {x["column_name"]: x for x in r["columns"]}; assert c["orderdate"]["is_dttm"] and len(c) == 9, c.keys()
@step("create virtual dataset (SQL) and refresh")
def _():
    ctx["vds"] = call("POST", "/api/v1/dataset/", json={"database": ctx["db"], "catalog": "tpch", "schema": "tiny", "table_name": "vd_" + sfx, "sql": "SELECT n.name nation, o.orderdate, o.totalprice, cast(o.orderdate as timestamp) ts FROM orders o JOIN customer c ON o.custkey = c.custkey JOIN nation n ON n.nationkey = c.nationkey"})["id"]
    call("PUT", f"/api/v1/dataset/{ctx['vds']}/refresh")
    assert len(call("GET", f"/api/v1/dataset/{ctx['vds']}")["result"]["columns"]) == 4
def chart(q, ds="ds", fd=None, rt="full", ok=(200,)):
    r = call("POST", "/api/v1/chart/data", ok=ok, json={"datasource": {"id": ctx[ds], "type": "table"}, "force": True, "queries": [q], "form_data": dict({"viz_type": "table", "datasource": f"{ctx[ds]}__table"}, **(fd or {})), "result_format": "json", "result_type": rt})
    return r["result"][0]
M = lambda agg, c, l=None: {"expressionType": "SIMPLE", "aggregate": agg, "column": {"column_name": c}, "label": l or f"{agg}({c})"}
for grain, expect in (("PT1H", None), ("P1D", 2401), ("P1W", None), ("P1M", 80), ("P3M", 27), ("P1Y", 7), ("1969-12-28T00:00:00Z/P1W", None), ("PT1M", None), ("PT5M", None)):
    @step(f"chart data time grain {grain}")
    def _():
        r = chart({"columns": [{"timeGrain": grain, "columnType": "BASE_AXIS", "sqlExpression": "orderdate", "label": "orderdate", "expressionType": "SQL"}], "metrics": ["count"] if False else [M("COUNT", "orderkey", "n"), M("SUM", "totalprice", "s")], "time_range": "No filter", "granularity": "orderdate", "row_limit": 50000, "orderby": [["n", False]], "extras": {"time_grain_sqla": grain}})
        assert not expect or r["rowcount"] == expect, r["rowcount"]; assert sum(x["n"] for x in r["data"]) == 15000; return r["rowcount"]
@step("chart data filters: IN, NOT IN, LIKE, ILIKE, >=, IS NOT NULL, TEMPORAL_RANGE, custom SQL where/having")
def _():
    r = chart({"columns": ["orderpriority"], "metrics": [M("COUNT_DISTINCT", "custkey", "d"), M("AVG", "totalprice", "a"), M("MAX", "orderdate", "mx"), {"expressionType": "SQL", "sqlExpression": "approx_distinct(clerk)", "label": "ad"}],
      "filters": [{"col": "orderstatus", "op": "IN", "val": ["O", "F"]}, {"col": "orderpriority", "op": "NOT IN", "val": ["5-LOW"]}, {"col": "clerk", "op": "LIKE", "val": "Clerk%"}, {"col": "comment", "op": "ILIKE", "val": "%A%"}, {"col": "totalprice", "op": ">=", "val": 1000}, {"col": "orderkey", "op": "IS NOT NULL"}, {"col": "orderdate", "op": "TEMPORAL_RANGE", "val": "1995-01-01 : 1996-01-01"}],
      "extras": {"where": "(custkey > 0)", "having": "(count(*) > 1)"}, "row_limit": 100, "orderby": [["a", False]]}); assert r["rowcount"] == 4, r["data"]; return r["data"][0]
@step("chart data: raw records (samples) and drill detail")
def _():
    r = chart({"columns": ["orderkey", "orderdate"], "metrics": [], "row_limit": 10, "orderby": [["orderkey", True]]}); assert len(r["data"]) == 10
    r = call("POST", f"/datasource/samples?force=true&datasource_type=table&datasource_id={ctx['ds']}&per_page=5&page=1", json={}); assert len(r["result"]["data"]) == 5
@step("chart data: series limit (top-N subquery), totals, percent, rank")
def _():
    r = chart({"columns": [{"timeGrain": "P1Y", "columnType": "BASE_AXIS", "sqlExpression": "orderdate", "label": "orderdate", "expressionType": "SQL"}, "orderpriority"], "metrics": [M("SUM", "totalprice", "s")], "series_columns": ["orderpriority"], "series_limit": 2, "series_limit_metric": M("SUM", "totalprice", "s"), "granularity": "orderdate", "row_limit": 1000, "order_desc": True}); assert r["rowcount"] == 14, r["rowcount"]
@step("chart data: virtual dataset")
def _():
    r = chart({"columns": ["nation"], "metrics": [M("SUM", "totalprice", "s")], "row_limit": 5, "orderby": [["s", False]]}, ds="vds"); assert len(r["data"]) == 5; return r["data"][0]
@step("chart data: time comparison offsets + relative range")
def _():
    r = chart({"columns": [{"timeGrain": "P1M", "columnType": "BASE_AXIS", "sqlExpression": "orderdate", "label": "orderdate", "expressionType": "SQL"}], "metrics": [M("COUNT", "orderkey", "n")], "filters": [{"col": "orderdate", "op": "TEMPORAL_RANGE", "val": "1996-01-01 : 1997-01-01"}], "time_range": "1996-01-01 : 1997-01-01", "granularity": "orderdate", "time_offsets": ["1 year ago"], "row_limit": 100}); assert r["rowcount"] == 12 and any("1 year ago" in k for k in r["data"][0]), r["data"][:1]
@step("chart data result_type=query / columns / timegrains")
def _():
    q = chart({"columns": ["orderstatus"], "metrics": [M("COUNT", "orderkey", "n")], "row_limit": 10}, rt="query"); assert "SELECT" in q["query"]; return q["query"][:80]
@step("distinct filter values (native filter)")
def _():
    r = call("GET", f"/api/v1/datasource/table/{ctx['ds']}/column/orderstatus/values/")["result"]; assert sorted(r) == ["F", "O", "P"], r
@step("save chart, dashboard, get saved chart data")
def _():
    qc = {"datasource": {"id": ctx["ds"], "type": "table"}, "force": False, "queries": [{"columns": ["orderstatus"], "metrics": [M("COUNT", "orderkey", "n")], "row_limit": 10, "filters": []}], "result_format": "json", "result_type": "full"}
    ctx["chart"] = call("POST", "/api/v1/chart/", json={"slice_name": "c" + sfx, "viz_type": "table", "datasource_id": ctx["ds"], "datasource_type": "table", "params": json.dumps({"viz_type": "table", "datasource": f"{ctx['ds']}__table"}), "query_context": json.dumps(qc)})["id"]
    ctx["dash"] = call("POST", "/api/v1/dashboard/", json={"dashboard_title": "d" + sfx})["id"]; call("PUT", f"/api/v1/chart/{ctx['chart']}", json={"dashboards": [ctx["dash"]]})
    r = call("GET", f"/api/v1/chart/{ctx['chart']}/data/")["result"][0]; assert r["rowcount"] == 3, r
@step("CSV export of a chart")
def _():
    r = S.post(BASE + "/api/v1/chart/data", json={"datasource": {"id": ctx["ds"], "type": "table"}, "queries": [{"columns": ["orderstatus"], "metrics": [M("COUNT", "orderkey", "n")], "row_limit": 10}], "result_format": "csv", "result_type": "full"}); assert r.status_code == 200 and "orderstatus,n" in r.text, r.text[:100]
@step("cleanup")
def _():
    errs = []
    for q in (f"DROP VIEW cv_{sfx}", f"DROP TABLE ct_{sfx}", f"DROP TABLE ss_{sfx}"):
        try: sqllab(q, "dbw", SCH)
        except Exception as e: errs.append(str(e)[:150])
    for kind, key in (("chart", "chart"), ("dashboard", "dash"), ("dataset", "ds"), ("dataset", "vds"), ("database", "db"), ("database", "dbw")):
        try: call("DELETE", f"/api/v1/{kind}/{ctx[key]}")
        except Exception as e: errs.append(str(e)[:150])
    assert not errs, errs
finish()
