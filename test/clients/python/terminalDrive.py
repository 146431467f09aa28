"""terminalDrive.py HOST PORT CATALOG SCHEMA: the official CLI at a prompt, in a pseudo-terminal. JAVA and CLI (its jar) come from drive.sh."""
import fcntl, os, pty, re, select, signal, struct, sys, tempfile, termios, time, urllib.request, json
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from step import step, finish

host, port, catalog, schema = sys.argv[1:5]
WAIT_SECONDS = 60
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[=>]|\x1b\].*?\x07|\r")


class Terminal:
    """The CLI with 24 lines of 100 columns; what it prints is kept as text without control sequences."""

    def __init__(self, *arguments, pager=None):
        self.text, self.mark = "", 0
        home = tempfile.mkdtemp(prefix="cli-home-")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            environment = {**os.environ, "TERM": "xterm", "HOME": home, "TRINO_HISTORY_FILE": os.path.join(home, "history")}
            if pager is not None:
                environment["TRINO_PAGER"] = pager
            java = os.environ.get("JAVA", "java")
            jvm = [java, "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-jar", os.environ["CLI"]]
            os.execvpe(java, [*jvm, "--server", f"http://{host}:{port}", "--user", "terminal", *arguments], environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))

    def type(self, keys):
        self.mark = len(self.text)
        os.write(self.fd, keys.encode())

    def expect(self, pattern, seconds=WAIT_SECONDS):
        """Reads until the pattern stands in what came since the last keys."""
        deadline = time.time() + seconds
        while True:
            found = re.search(pattern, self.text[self.mark:], re.S)
            if found:
                return found
            left = deadline - time.time()
            ready = left > 0 and select.select([self.fd], [], [], left)[0]
            if not ready:
                raise AssertionError(f"no {pattern!r} in {self.text[self.mark:][-600:]!r}")
            try:
                chunk = os.read(self.fd, 65536)
            except OSError:
                chunk = b""
            if not chunk:
                raise AssertionError(f"ended before {pattern!r}: {self.text[self.mark:][-600:]!r}")
            self.text += ANSI.sub("", chunk.decode("utf8", "replace"))

    def close(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def query(sql):
    """Rows of a statement, past the CLI."""
    request = urllib.request.Request(f"http://{host}:{port}/v1/statement", sql.encode(), {"X-Trino-User": "terminal"})
    rows = []
    while True:
        body = json.load(urllib.request.urlopen(request))
        rows += body.get("data", [])
        if "nextUri" not in body:
            return rows
        request = body["nextUri"]


cli = Terminal("--catalog", "tpch", "--schema", "tiny", pager="")


@step("the prompt names catalog and schema")
def _():
    cli.expect(r"trino:tiny> ")


@step("a query prints its table and the summary line")
def _():
    cli.type("SELECT nationkey, name FROM nation ORDER BY 1 LIMIT 2;\r")
    cli.expect(r"0 \| ALGERIA.*1 \| ARGENTINA.*\(2 rows\).*Query \d+_\d+_\d+_\w+, FINISHED, .*Splits: .*trino:tiny> ")


@step("a statement over several lines")
def _():
    cli.type("SELECT 40\r")
    cli.expect(r"-> ")
    cli.type("+ 2 AS answer;\r")
    cli.expect(r"answer.*42.*\(1 row\).*trino:tiny> ")


@step("an error shows its place in the text")
def _():
    cli.type("SELECT nope FROM nation;\r")
    cli.expect(r"Query \d+_\d+_\d+_\w+ failed: line 1:8: Column 'nope' cannot be resolved.*trino:tiny> ")


@step("tab completes a table of the schema")
def _():
    cli.type("SELECT count(*) FROM suppl")
    for attempt in range(40):  # the CLI fetches the names in the background
        os.write(cli.fd, b"\t")
        try:
            cli.expect(r"supplier", 0.5)
            break
        except AssertionError:
            if attempt == 39:
                cli.type("\x15")
                raise
    cli.type(";\r")
    cli.expect(r"100.*\(1 row\).*trino:tiny> ")


@step("USE changes the prompt, a session property stays")
def _():
    cli.type(f"USE {catalog}.{schema};\r")
    cli.expect(rf"USE.*trino:{schema}> ")
    cli.type("SET SESSION query_max_run_time = '9m';\r")
    cli.expect(rf"SET SESSION.*trino:{schema}> ")
    cli.type("SHOW SESSION LIKE 'query_max_run_time';\r")
    cli.expect(rf"9m.*trino:{schema}> ")


@step("progress is shown, Ctrl-C cancels, and the server stops the query")
def _():
    cli.type("SELECT max(l.comment || o.comment) FROM tpch.sf100.lineitem l JOIN tpch.sf100.orders o ON l.orderkey = o.orderkey;\r")
    running = cli.expect(r"Query (\d+_\d+_\d+_\w{5}), RUNNING").group(1)
    cli.type("\x03")
    cli.expect(r"Query aborted by user.*trino:\w+> ")
    deadline = time.time() + 10
    state = None
    while time.time() < deadline:
        state = query(f"SELECT state, error_code FROM system.runtime.queries WHERE query_id = '{running}'")
        if state and state[0][0] == "FAILED":
            return state[0]
        time.sleep(0.2)
    raise AssertionError(state)


@step("after the cancel the prompt takes the next query")
def _():
    cli.type("SELECT 7 AS seven;\r")
    cli.expect(r"seven.*7.*\(1 row\).*trino:\w+> ")


@step("a transaction over several prompts")
def _():
    for sql, answer in (("START TRANSACTION", r"\nSTART TRANSACTION\s*trino:"), ("SELECT 5 AS five", r"five.*5.*\(1 row\).*trino:"), ("COMMIT", r"\nCOMMIT\s*trino:")):
        cli.type(sql + ";\r")
        cli.expect(rf"{answer}\w+> ")


@step("quit ends it")
def _():
    cli.type("quit\r")
    deadline = time.time() + WAIT_SECONDS
    try:
        cli.expect(r"\0never", deadline - time.time())
    except AssertionError as e:
        assert "ended before" in str(e), e


cli.close()
paged = Terminal("--catalog", "tpch", "--schema", "tiny", pager="less -n -+c")


@step("a long result is paged; q leaves the pager and ends the query")
def _():
    paged.expect(r"trino:tiny> ")
    paged.type("SELECT orderkey, comment FROM tpch.sf1.lineitem;\r")
    paged.expect(r"orderkey.*\n:")
    paged.type(" ")
    paged.expect(r"\n:")
    paged.type("q")
    paged.expect(r"trino:tiny> ")
    deadline = time.time() + 10
    states = None
    while time.time() < deadline:
        states = query("SELECT state FROM system.runtime.queries WHERE query LIKE '%FROM tpch.sf1.lineitem' AND \"user\" = 'terminal' AND state IN ('RUNNING', 'FINISHING')")
        if not states:
            return None
        time.sleep(0.2)
    raise AssertionError(states)


paged.close()
finish()
