#!/usr/bin/env bash
# cliDrive.sh HOST PORT CATALOG SCHEMA   (set by drive.sh: JAVA, CLI)
H=$1 P=$2 C=$3 S=$4; here=$(cd "$(dirname "$0")" && pwd); : "${CLI:?path of the trino-cli executable jar}"; JAVA=${JAVA:-java}
T() { timeout 60 "$JAVA" -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -jar "$CLI" --server "http://$H:$P" --user cli "$@" 2>/tmp/cli_err.$$; }
p=0 f=0
eq() { if [ "$2" == "$3" ]; then p=$((p+1)); echo "PASS $1"; else f=$((f+1)); echo "FAIL $1: got [$2] want [$3] $(grep -v WARN /tmp/cli_err.$$ | head -3)"; fi; }
has() { if grep -q -- "$3" <<<"$2"; then p=$((p+1)); echo "PASS $1"; else f=$((f+1)); echo "FAIL $1: no [$3] in [${2:0:300}]"; fi; }
Q="SELECT 1 a, 'it''s, \"q\"' b, CAST(NULL AS bigint) c, ARRAY[1,2] d"
eq "execute CSV default" "$(T --execute 'SELECT 1, null')" '"1",""'
for fmt in ALIGNED VERTICAL TSV TSV_HEADER CSV_HEADER CSV_UNQUOTED CSV_HEADER_UNQUOTED JSON MARKDOWN NULL AUTO; do
  out=$(T --output-format $fmt --execute "$Q"); rc=$?
  case $fmt in JSON) eq "format JSON (scalars; CLI 476 itself fails on arrays)" "$(T --output-format JSON --execute "SELECT 1 a, 'x' b, CAST(NULL AS bigint) c")" '{"a":1,"b":"x","c":null}';; TSV) eq "format TSV" "$out" $'1\tit\'s, "q"\t\t[1, 2]';; NULL) eq "format NULL" "$out" "";; CSV_HEADER) has "format CSV_HEADER" "$out" '"a","b","c","d"';; *) [ $rc = 0 ] && has "format $fmt" "$out" "it" || eq "format $fmt rc" $rc 0;; esac; done
F=$(mktemp); printf "SELECT 1;\n-- c\nSELECT ';' x;\nSELECT 3;\n" > $F; eq "-f file with 3 statements" "$(T -f $F | tr '\n' ' ')" '"1" ";" "3" '
eq "catalog/schema flags" "$(T --catalog tpch --schema tiny --execute 'SELECT count(*) FROM nation')" '"25"'
eq "USE inside --execute" "$(T --execute 'USE tpch.tiny; SELECT count(*) FROM region' | tail -1)" '"5"'
eq "--session property" "$(T --session query_max_run_time=7m --output-format TSV --execute "SHOW SESSION LIKE 'query_max_run_time'" | cut -f2)" '7m'
eq "SET SESSION carries" "$(T --output-format TSV --execute "SET SESSION query_max_run_time='8m'; SHOW SESSION LIKE 'query_max_run_time'" | tail -1 | cut -f2)" '8m'
eq "--timezone" "$(T --timezone Asia/Tokyo --execute 'SELECT current_timezone()')" '"Asia/Tokyo"'
eq "PREPARE/EXECUTE" "$(T --execute 'PREPARE x FROM SELECT ? + 1; EXECUTE x USING 41; DEALLOCATE PREPARE x' | grep 42)" '"42"'
eq "transaction" "$(T --execute 'START TRANSACTION; SELECT 5; COMMIT' | grep 5)" '"5"'
has "EXPLAIN" "$(T --output-format TSV --execute 'EXPLAIN SELECT * FROM tpch.tiny.nation')" Fragment
has "EXPLAIN ANALYZE" "$(T --output-format TSV --execute 'EXPLAIN ANALYZE SELECT count(*) FROM tpch.tiny.nation')" 'CPU'
has "SHOW CREATE TABLE" "$(T --output-format TSV --execute 'SHOW CREATE TABLE tpch.tiny.nation')" 'CREATE TABLE'
eq "autocompletion queries" "$(T --catalog tpch --schema tiny --execute "SELECT table_name FROM information_schema.tables WHERE table_schema = 'tiny'" | wc -l)" 8
eq "autocompletion functions" "$(T --output-format TSV --execute 'SHOW FUNCTIONS' | grep -c '^date_trunc')" "$(T --output-format TSV --execute "SHOW FUNCTIONS LIKE 'date_trunc'" | wc -l)"
N=cli_$RANDOM; o=$(T --catalog $C --schema $S --execute "CREATE TABLE $N (a int); INSERT INTO $N VALUES 1,2; DROP TABLE $N"; grep -v WARN /tmp/cli_err.$$); has "DDL/DML messages" "$(tr '\n' ' ' <<<"$o")" 'CREATE TABLE.*INSERT: 2 rows.*DROP TABLE'
T --execute 'SELECT nope' >/dev/null; eq "exit code 1 on error" $? 1; has "error text" "$(cat /tmp/cli_err.$$)" "line 1:8: Column 'nope' cannot be resolved"
T --execute 'SELECT nope; SELECT 7' --ignore-errors > /tmp/cli_o.$$; has "--ignore-errors goes on" "$(cat /tmp/cli_o.$$)" 7
T --progress --execute 'SELECT count(*) FROM tpch.tiny.lineitem' >/dev/null; eq "--progress ok" $? 0
T --debug --execute 'SELECT 1/0' >/dev/null; has "--debug stack" "$(cat /tmp/cli_err.$$)" "Division by zero"
eq "big result 60175" "$(T --output-format TSV --execute 'SELECT orderkey FROM tpch.tiny.lineitem' | wc -l)" 60175
eq "--encoding json" "$(T --encoding json --output-format TSV --execute 'SELECT orderkey FROM tpch.tiny.lineitem' | wc -l)" 60175
eq "--disable-compression" "$(T --disable-compression --execute 'SELECT 1')" '"1"'
eq "stdin batch" "$(echo 'SELECT 9;' | T)" '"9"'
rm -f $F /tmp/cli_*.$$; echo "$p passed, $f failed"; [ $f = 0 ]
