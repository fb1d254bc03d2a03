"""A believable mini program, generated from a seed: Xiaoman Coffee (小满咖啡).

`history` gives its past as batches of the spool, `live` the requests it sends from now on.
Every figure follows from the seed; the people, shops, codes and orders are invented.
"""

from minilens.demo.history import Tally, history
from minilens.demo.live import HEADERS, Envelope, live
from minilens.demo.menu import APPID, NAME_EN, NAME_ZH

__all__ = ["APPID", "HEADERS", "NAME_EN", "NAME_ZH", "Envelope", "Tally", "history", "live"]
