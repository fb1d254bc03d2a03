"""What is remembered of Feishu apps that upload pictures. Kept in memory, as rates are."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

#: Images whose keys are remembered.
REMEMBERED = 500


@dataclass
class FeishuApps:
    """`tokens`: app and hash of its secret → token and the second at which it ends; `keys`: app and hash of an image →
    its key, the oldest first. Safe from several threads that hold `lock`."""

    tokens: dict[tuple[str, bytes], tuple[str, float]] = field(default_factory=dict)
    keys: dict[tuple[str, bytes], str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
