"""Addresses and networks that a setting names."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


class Networks(tuple[str, ...]):
    """Addresses and networks as they were written; `in` asks whether an address is one of them."""

    def __contains__(self, address: object) -> bool:
        return bool(self) and _within(tuple(self), str(address))


NOBODY = Networks()


@lru_cache(maxsize=4096)
def _within(networks: tuple[str, ...], text: str) -> bool:
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in ipaddress.ip_network(one, strict=False) for one in networks)
