#!/usr/bin/env bash
# up.sh PORT: initialises Superset the first time and runs it in the foreground. SUPERSET_BIN, SUPERSET_HOME from drive.sh.
set -e
here=$(cd "$(dirname "$0")" && pwd)
export SUPERSET_CONFIG_PATH=$here/superset_config.py FLASK_APP=superset.app:create_app\(\) SUPERSET_DB=$SUPERSET_HOME/superset.db
mkdir -p "$SUPERSET_HOME"
if [ ! -f "$SUPERSET_HOME/ready" ]; then
  "$SUPERSET_BIN/superset" db upgrade
  "$SUPERSET_BIN/superset" fab create-admin --username admin --firstname A --lastname D --email a@example.invalid --password admin
  "$SUPERSET_BIN/superset" init
  touch "$SUPERSET_HOME/ready"
fi
exec "$SUPERSET_BIN/gunicorn" -w 1 -k gthread --threads 8 --timeout 120 -b "127.0.0.1:$1" "superset.app:create_app()"
