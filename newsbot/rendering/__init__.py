"""Pages whose story appears only after their scripts ran: a real browser runs them, and has no way to the network but ours.

Nothing of Scrapy here: what a script asks for goes through a function that the caller gives (:data:`Fetch`). The browser is spoken to
over two pipes in Chrome's DevTools protocol; no library stands between, no port is open.
"""
