"""Where raw pages come from: the web (:mod:`newsbot.spiders.news`), archives (:mod:`newsbot.spiders.replay`)."""
