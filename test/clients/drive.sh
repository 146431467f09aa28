#!/usr/bin/env bash
# drive.sh CLIENT HOST PORT CATALOG SCHEMA: installs a real client, pinned, from the package registries and drives it against any server that
# speaks Trino's protocol. CLIENT: sqlalchemy ibis cli terminal jdbc node go dbt airflow superset. CATALOG.SCHEMA must exist and be writable;
# tpch.tiny is read. Prints PASS and FAIL lines, and last `N passed, N failed`. What is installed stays in CLIENTS_HOME.
set -euo pipefail
client=$1 host=$2 port=$3 catalog=$4 schema=$5
here=$(cd "$(dirname "$0")" && pwd)
home=${CLIENTS_HOME:-${LEPTON_CACHE_DIR:-$HOME/.cache/lepton}/clients}
mkdir -p "$home"
export JAVA=${CLIENT_JAVA:-java}

# NAME PACKAGE…: an environment of Python, made once
venv() {
  local name=$1
  shift
  [ -f "$home/$name/ok" ] && return
  [ -x "$home/uv/bin/uv" ] || { python3 -m venv "$home/uv" && "$home/uv/bin/pip" install -q uv; }
  rm -rf "${home:?}/$name"
  "$home/uv/bin/uv" venv -q "$home/$name"
  "$home/uv/bin/uv" pip install -q --python "$home/$name/bin/python" "$@"
  touch "$home/$name/ok"
}

# GROUP:ARTIFACT:VERSION[:PACKAGING:CLASSIFIER] FILE
jar() {
  [ -s "$home/$2" ] && return
  local partial=$home/$2.$$
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact="$1" -DoutputDirectory="$partial"
  mv "$partial"/*.jar "$home/$2"
  rmdir "$partial"
}

case $client in
  sqlalchemy)
    venv sqlalchemy 'trino[sqlalchemy]==0.340.0' 'sqlalchemy==2.1.9' 'pandas==3.1.1' pyarrow
    exec "$home/sqlalchemy/bin/python" "$here/python/sqlalchemyDrive.py" "$host" "$port" "$catalog" "$schema"
    ;;
  ibis)
    # packaging is not among the dependencies that it declares; what it writes with a later sqlglot has no names in CREATE SCHEMA and DROP
    venv ibis 'ibis-framework[trino]==12.0.0' 'trino==0.340.0' 'pandas==3.1.1' 'sqlglot==28.9.0' packaging
    exec "$home/ibis/bin/python" "$here/python/ibisDrive.py" "$host" "$port" "$catalog" "$schema"
    ;;
  cli)
    jar io.trino:trino-cli:476:jar:executable cli.jar
    CLI=$home/cli.jar exec "$here/cliDrive.sh" "$host" "$port" "$catalog" "$schema"
    ;;
  terminal)
    jar io.trino:trino-cli:476:jar:executable cli.jar
    CLI=$home/cli.jar exec python3 "$here/python/terminalDrive.py" "$host" "$port" "$catalog" "$schema"
    ;;
  jdbc)
    version=${JDBC_VERSION:-483}
    jar "io.trino:trino-jdbc:$version" "jdbc-$version.jar"
    exec "$JAVA" -cp "$home/jdbc-$version.jar" "$here/jdbc/JdbcDrive.java" "$host" "$port" "$catalog" "$schema"
    ;;
  node)
    [ -d "$home/node/node_modules/trino-client" ] || { mkdir -p "$home/node" && npm install --silent --prefix "$home/node" trino-client@0.2.9; }
    NODE_HOME_DIR=$home/node exec node "$here/node/drive.mjs" "$host" "$port" "$catalog" "$schema"
    ;;
  go)
    cd "$here/go"
    exec go run . "$host" "$port" "$catalog" "$schema"
    ;;
  dbt)
    venv dbt 'dbt-core==1.11.16' 'dbt-trino==1.11.0'
    DBT=$home/dbt/bin/dbt exec "$here/dbtDrive.sh" "$host" "$port" "$catalog" "$schema" "${FULL_DML:-1}" "${MV:-0}"
    ;;
  airflow)
    venv airflow 'apache-airflow==3.3.2' 'apache-airflow-providers-trino==6.7.1'
    AF=$home/airflow/bin exec "$here/airflowDrive.sh" "$host" "$port" "$catalog" "$schema"
    ;;
  superset)
    # these four are not among the dependencies that it declares
    venv superset apache-superset==6.1.0 'trino[sqlalchemy]' rich gunicorn cachetools flask-caching==2.3.1
    web=${SUPERSET_PORT:-18410}
    export SUPERSET_BIN=$home/superset/bin SUPERSET_HOME=$home/superset-home
    "$here/superset/up.sh" "$web" > "$home/superset.log" 2>&1 &
    server=$!
    trap 'kill $server' EXIT
    for _ in $(seq 1 900); do curl -sf "http://127.0.0.1:$web/health" > /dev/null && break; sleep 1; done
    "$home/superset/bin/python" "$here/superset/drive.py" "http://127.0.0.1:$web" "$host" "$port" "$catalog" "$schema"
    ;;
  *)
    echo "no client named $client"
    exit 2
    ;;
esac
