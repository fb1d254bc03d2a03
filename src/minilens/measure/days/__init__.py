"""Questions answered from days, visits and sessions as builds made them, and from the tail behind them."""
