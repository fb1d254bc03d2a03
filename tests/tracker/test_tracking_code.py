"""The module with a function for each event: it runs in the tracker's host, and its types are those of the fields."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from minilens.records.event_content import Field
from minilens.records.tracking_code import Reported, module, types

TRACKER = Path(__file__).parents[2] / "tracker"
EVENTS = [
    Reported("delete", "删除 */ alert(1)", []),
    Reported("tea_1", "一", []),
    Reported("tea1", "二", []),
    Reported(
        "tea_order",
        "下单",
        [
            Field("cups", "杯数", "number"), Field("sku", "商品", "text", "编号\n不是名称"),
            Field("member", "会员", "boolean"), Field("at", "时间", "time"), Field("open", "未知"),
        ],
    ),
]  # fmt: skip
RUN = """
import { readFileSync } from 'node:fs';
import { little, phoneWith, told } from './test/program.mjs';
const app = `var events = require('./utils/events.js');
  events.teaOrder({ cups: 2, sku: '乌龙', member: true });
  events.delete_();
  events.tea1(undefined, function (error) { console.log(error === null); });
  events.tea1_();`;
const files = little({ app });
files['utils/events.js'] = readFileSync(process.argv[1], 'utf8');
const { phone, collector } = phoneWith(files);
await phone.open();
await phone.wait(12000);
console.log(JSON.stringify({ errors: phone.errors.map(String), names: collector.names(), order: told(collector, 'tea_order') }));
process.exit();
"""  # noqa: E501


def test_it_runs_in_the_trackers_host(tmp_path: Path) -> None:
    if not shutil.which("node") or not (TRACKER / "node_modules").exists():
        pytest.skip("node and the packages of tracker/ are not here: npm ci in tracker/")
    path = tmp_path / "events.js"
    path.write_text(module(EVENTS, "./cl_tracker.js"), encoding="utf-8")
    run = ["node", "--input-type=module", "-e", RUN, str(path)]
    done = subprocess.run(run, cwd=TRACKER, capture_output=True, text=True, check=True, timeout=60)
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["errors"] == []
    assert {"tea_order", "delete", "tea_1", "tea1"} <= set(said["names"])
    assert [one["pr"] for one in said["order"]] == [{"cups": 2, "sku": "乌龙", "member": True}]


def test_its_types_are_those_of_the_fields(tmp_path: Path) -> None:
    declared = types(EVENTS)
    for line in (
        "cups?: number;", "sku?: string;", "member?: boolean;", "at?: Date | string;",
        "open?: string | number | boolean;",
        "export function teaOrder(fields?: TeaOrder, callback?: Callback): void;", "/** 商品 · 编号 不是名称 */",
        "export function delete_(", "/** 删除 * / alert(1) */",
    ):  # fmt: skip
        assert line in declared
    if not shutil.which("tsc"):
        pytest.skip("tsc is missing: the declaration is not compiled")
    (tmp_path / "events.d.ts").write_text(declared, encoding="utf-8")
    (tmp_path / "good.ts").write_text(
        "import { teaOrder } from './events';\nteaOrder({ cups: 2, at: new Date() });\n"
        "// @ts-expect-error a text is no number\nteaOrder({ cups: '2' });\n"
        "// @ts-expect-error no such field\nteaOrder({ cup: 2 });\n"
    )
    run = ["tsc", "--strict", "--noEmit", "--target", "es2020", str(tmp_path / "good.ts")]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
