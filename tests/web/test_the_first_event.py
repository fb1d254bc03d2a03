"""The command that an empty card teaches sends what the collector takes."""

from __future__ import annotations

import shutil
import subprocess
import time

import pytest

from minilens.collect import wire
from minilens.web.reports.first_steps import first_call, first_event


def test_the_command_sends_a_page_view() -> None:
    facts: dict[str, object] = {"write_key": "wk_1", "collect_url": "http://h:1/v1/collect"}
    script = 'curl() { for last; do :; done; printf %s "$1 $last"; }\n' + first_event(facts)
    ran = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    address, _, body = ran.stdout.partition(" ")
    assert address == "http://h:1/v1/collect"
    sent = wire.decode(body)
    assert (sent.k, sent.v, sent.ctx.env) == ("wk_1", wire.VERSION, "release")
    (event,) = sent.ev
    assert event.n == "page_view"
    assert abs(event.t / 1000 - time.time()) < 10
    assert event.s


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node")
def test_the_call_of_the_mini_program_sends_a_page_view() -> None:
    facts: dict[str, object] = {"write_key": "wk_1", "collect_url": "https://h/v1/collect"}
    wechat = """const wx = {
        getAccountInfoSync: () => ({ miniProgram: { envVersion: "trial" } }),
        request: ({ url, method, data }) => console.log(method + " " + url + " " + JSON.stringify(data)) };\n"""
    script = wechat + first_call(facts)
    ran = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    method, address, body = ran.stdout.split(" ", 2)
    assert (method, address) == ("POST", "https://h/v1/collect")
    sent = wire.decode(body.encode())
    assert (sent.k, sent.v, sent.ctx.env) == ("wk_1", wire.VERSION, "trial")
    (event,) = sent.ev
    assert (event.n, event.s) == ("page_view", "first-try")
