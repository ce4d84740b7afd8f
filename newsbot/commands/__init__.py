"""Commands of ``scrapy``, thin: parse options, call a function, print."""
