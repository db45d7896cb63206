"""The shipped server under valgrind: it starts in database mode, answers, adds a key, fails to reach upstream, and ends.

usage: valgrind_test.py <build/release>

No read of what was never written, nothing lost. Skipped (77) where there is no valgrind or no release build.
"""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ADMIN = "valgrind-admin-secret-0123456789"
TOKEN = "valgrind-client-token-0123456789"
FOUND = 99
SKIPPED = 77


def port_of(log):
    """The port that the server has announced, once it has."""
    with open(log, encoding="utf-8") as file:
        found = re.search(r"url=http://127\.0\.0\.1:(\d+)/", file.read())
    return int(found.group(1)) if found else None


def ask(port, method, path, body=None, **fields):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body and json.dumps(body), {"content-type": "application/json", **fields})
    status = connection.getresponse().status
    connection.close()
    return status


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    return None


def use(port):
    """What was answered otherwise than expected."""
    admin = {"authorization": f"Bearer {ADMIN}"}
    client = {"x-goog-api-key": TOKEN}
    generate = "/v1beta/models/gemini-2.5-flash:generateContent"
    expected = [
        (200, "GET", "/health/ready", None, {}),
        (401, "GET", "/api/manage/keys/data", None, {}),
        (201, "POST", "/api/manage/keys/add", {"key_string": "AIzaSyValgrindValgrindValgrindValgri01"}, admin),
        (200, "GET", "/api/manage/about", None, admin),
        # Nobody listens there.
        (502, "POST", generate, {"contents": [{"parts": [{"text": "hi"}]}]}, client),
        (200, "GET", "/metrics", None, {}),
    ]
    for status, method, path, body, fields in expected:
        got = ask(port, method, path, body, **fields)
        if got != status:
            yield f"{method} {path}: {got} instead of {status}"


def main(build):
    server = os.path.join(build, "geminate")
    valgrind = shutil.which("valgrind")
    if not valgrind or not os.access(server, os.X_OK):
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="geminate-valgrind-") as folder:
        log, report = os.path.join(folder, "log"), os.path.join(folder, "report")
        environment = {"PATH": os.environ["PATH"], "PORT": "0", "WORKERS": "2", "ADMIN_API_KEY": ADMIN,
                       "CLIENT_TOKENS": TOKEN, "KEY_STORAGE_MODE": "database", "CHECK_ON_ADD": "off",
                       "GEMINI_BASE_URL": "http://127.0.0.1:9"}
        command = [valgrind, f"--error-exitcode={FOUND}", "--leak-check=full", "--track-fds=no",
                   "--errors-for-leak-kinds=definite,indirect,possible", f"--log-file={report}", server]
        with open(log, "wb") as output, subprocess.Popen(command, cwd=folder, env=environment, stdout=output,
                                                         stderr=output) as process:
            try:
                port = wait_for(lambda: port_of(log) or process.poll() is not None, 60)
                faults = list(use(port)) if port and port is not True else ["it does not listen"]
                process.send_signal(signal.SIGTERM)
                code = process.wait(60)
            finally:
                process.kill()
        with open(report, encoding="utf-8") as file:
            told = file.read()
        if code != 0:
            faults.append(f"it ended with {code}")
        if faults:
            print("\n".join(faults), told, open(log, encoding="utf-8").read(), sep="\n")
            return 1
        heap = re.search(r"total heap usage: ([\d,]+) allocs", told)
        print(f"PROMISE valgrind: start, use and stop with {heap.group(1) if heap else '?'} allocations, no error, "
              "nothing lost", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
