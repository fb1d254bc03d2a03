"""Facts of the machine, and of processes on it, from /proc."""

from __future__ import annotations

import os
import platform
import socket
import time
from pathlib import Path


def facts(folder: Path) -> str:
    """Cores, memory, processor, free disk, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    disk = os.statvfs(folder)
    return (
        f"{os.cpu_count()} cores ({processor()}), {memory / 2**30:.1f} GiB of memory, "
        f"{disk.f_bavail * disk.f_frsize / 2**30:.0f} GiB free in {folder}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"load before: {os.getloadavg()[0]:.1f}"
    )


def processor() -> str:
    """What the processor calls itself."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def family(pid: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def called(pid: int) -> str:
    """`engine` for `python -m minilens.serve.engine`, `cli` for the supervisor."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return "gone"
    modules = [word for word in words if word.startswith("minilens.")]
    return modules[0].rpartition(".")[2] if modules else "other"


def cpu_seconds(pid: int) -> float:
    """Processor time the process has used, more exactly than in ticks of 10 ms; 0 when it is gone."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # clock_getcpuclockid(3)
    except OSError:
        return 0.0


def memory(pid: int) -> int:
    """Bytes of memory that are the process's share (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def on_disk(folder: Path) -> int:
    """Bytes that the files below a folder occupy."""
    size = 0
    for path in folder.rglob("*"):
        try:
            if path.is_file() and not path.is_symlink():
                size += path.stat().st_blocks * 512
        except FileNotFoundError:
            continue
    return size
