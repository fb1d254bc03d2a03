"""A client of the report API for programs in Python: one method a report, typed arguments, typed rows.

    with Client("https://stats.example.com", token, "shop") as shop:
        for row in shop.traffic.trend(period="30d").rows:
            print(row["day"], row["visits"])

It stands apart: it asks a server by HTTP and knows no other room of this package. All but `connection` and `client`
is written by `make client` from the OpenAPI schema that the server gives.
"""

from minilens.client.answers import Answer
from minilens.client.client import Client
from minilens.client.connection import ApiError

__all__ = ["Answer", "ApiError", "Client"]
