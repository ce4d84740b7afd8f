"""How to behave towards hosts, decided without Scrapy, network or a clock of its own: pace, back-off, robots, addresses, credentials."""
