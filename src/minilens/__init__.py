"""Minilens: self-hosted analytics for WeChat Mini Programs."""

__version__ = "0.1.0"
