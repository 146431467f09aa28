#!/usr/bin/env bash
# dbtDrive.sh HOST PORT CATALOG [SCHEMA] [FULL_DML=1 for catalogs with MERGE/DELETE, e.g. iceberg/postgresql] [MV=1]; DBT=path of dbt; VIEWS=0 for catalogs without views, e.g. postgresql
HOST=$1 PORT=$2 CATALOG=$3 SCHEMA=${4:-dbt_drive} FULL=${5:-0} MV=${6:-0} VIEWS=${VIEWS:-1}
here=$(cd "$(dirname "$0")" && pwd); : "${DBT:?path of dbt}"
W=$(mktemp -d); cp -r "$here/dbt/." "$W"; cd "$W"
cat > profiles.yml <<P
drive: {target: dev, outputs: {dev: {type: trino, method: none, user: dbt, host: "$HOST", port: $PORT, database: $CATALOG, schema: $SCHEMA, threads: 2, http_scheme: http, timezone: UTC, prepared_statements_enabled: true}}}
P
[ "$FULL" = 1 ] && V="full_dml: true" || V="full_dml: false"; [ "$MV" = 1 ] && V="$V, mv: true"
[ "$VIEWS" = 1 ] || V="$V, views: false"
export DBT_SEND_ANONYMOUS_USAGE_STATS=false DO_NOT_TRACK=1
p=0 f=0
step() { local n=$1; shift; local t=$(date +%s); if "$DBT" --no-use-colors "$@" --profiles-dir . > out.log 2>&1; then p=$((p+1)); echo "PASS $n [$(( $(date +%s)-t ))s] $(grep -o 'Done. PASS.*' out.log | tail -1)"; else f=$((f+1)); echo "FAIL $n"; grep -E "Error|error|FAIL|not " out.log | head -12; fi; }
A=(--vars "{$V}")
step debug debug
step "seed full-refresh" seed --full-refresh "${A[@]}"
step "run (first)" run "${A[@]}"
step "run (second: incremental + table swap)" run "${A[@]}"
step "run --full-refresh" run --full-refresh "${A[@]}"
step "test" test "${A[@]}"
if [ "$FULL" = 1 ]; then step "snapshot first" snapshot "${A[@]}"; sed -i 's/^2,Bob/2,Bobby/' seeds/people.csv; step "seed changed" seed "${A[@]}"; step "snapshot second (MERGE)" snapshot "${A[@]}"; fi
step "build (everything)" build "${A[@]}"
step "docs generate (catalog query)" docs generate "${A[@]}"
step "show inline" show --inline "select * from {{ ref('tbl_nation') }} order by 1" --limit 3 "${A[@]}"
step "source freshness / list" list "${A[@]}"
rm -rf "$W"
echo "$p passed, $f failed"; [ $f = 0 ]
