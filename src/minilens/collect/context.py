"""The facts that a batch says once: phone, program, place, environment, robot."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import isfinite

from minilens.collect.wire import Context
from minilens.reference import devices, robots, scenes
from minilens.reference.places import Place
from minilens.spool.record import Batch

Places = Callable[[str], Place]
MOST_PIXELS = 65535
ENVIRONMENTS = ("release", "trial", "develop", "preview")


def put_context(
    batch: Batch,
    ctx: Context,
    environment: str,
    headers: dict[str, str],
    address: str,
    places: Places,
) -> None:
    """Fill the batch's context columns. The address is used for its place and dropped."""
    put_device(batch, ctx)
    put_environment(batch, ctx, environment)
    put_robot(batch, headers.get("user-agent", "")[:512])
    place = places(address)
    batch.country, batch.province, batch.city = place.country, place.province, place.city


def put_device(batch: Batch, ctx: Context) -> None:
    """The phone as the tracker names it, spelled one way."""
    batch.brand = _brand(ctx.brand)
    batch.os, batch.os_version = _os(ctx.os if not ctx.osv else f"{ctx.os} {ctx.osv}", ctx.plat)
    batch.model, batch.platform = ctx.model, ctx.plat
    batch.wx_version, batch.sdk_version, batch.app_version = ctx.wxv, ctx.sdkv, ctx.appv
    batch.language, batch.network = ctx.lang, ctx.net
    batch.width, batch.height = _pixels(ctx.w), _pixels(ctx.h)


def put_environment(batch: Batch, ctx: Context, environment: str) -> None:
    """Released or not: by the Referer, which no program can set, the tracker's word, the scene."""
    scene = next((s for source in batch.sources if (s := scenes.environment(source.scene))), "")
    # empty, or a word of somebody's own: what is not known to be a trial is the released version
    said = ctx.env if ctx.env in ENVIRONMENTS else "release"
    batch.env = environment or (said if said != "release" else scene or "release")


def put_robot(batch: Batch, user_agent: str) -> None:
    """Why the sender is thought to be no person, or nothing."""
    scene = next((r for source in batch.sources if (r := scenes.is_robot(source.scene))), "")
    # a script that has the write key is somebody trying out the tracker, or a forwarder: it counts
    batch.robot = scene or _robot(user_agent).replace("script", "")


def _pixels(length: float) -> int:
    """Screens of some phones are 392.7 wide; "NaN", taken for a number, is not."""
    return round(min(max(length, 0), MOST_PIXELS)) if isfinite(length) else 0


@lru_cache(maxsize=4096)
def _brand(raw: str) -> str:
    return devices.brand(raw)


@lru_cache(maxsize=4096)
def _os(system: str, platform: str) -> tuple[str, str]:
    return devices.os_name(system, platform)


@lru_cache(maxsize=4096)
def _robot(user_agent: str) -> str:
    return robots.user_agent_robot(user_agent)
