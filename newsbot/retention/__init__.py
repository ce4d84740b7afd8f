"""What is kept and for how long: old files go (:mod:`pruning`), single articles are taken down (:mod:`forgetting`). No Scrapy, no clock."""
