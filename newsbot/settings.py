"""The one place where the parts are wired together. Any value can be set with ``-s NAME=VALUE``."""

import os

from newsbot.page import MAX_PAGE_BYTES
from newsbot.visits import RECHECK_HOURS

BOT_NAME = "newsbot"
SPIDER_MODULES = ["newsbot.spiders"]
NEWSPIDER_MODULE = "newsbot.spiders"
COMMANDS_MODULE = "newsbot.commands"

# Where things go, and how pages are worked on
NEWSBOT_OUT = os.environ.get("NEWSBOT_OUT", "data/out")  # records, run summaries and the memory of revisions
NEWSBOT_STATE = os.environ.get("NEWSBOT_STATE", "state")  # folder of the memory in NEWSBOT_OUT; empty: no memory, all is revision 1
NEWSBOT_FEED = os.environ.get("NEWSBOT_FEED", "")  # where a fleet's finished files lie: s3://bucket/folder; empty: in NEWSBOT_OUT
NEWSBOT_ARCHIVE = os.environ.get("NEWSBOT_ARCHIVE", "articles")  # what goes into the archive: articles, everything, or nothing (empty)
NEWSBOT_ARCHIVE_FILE_BYTES = 10**9  # an archive file of that size is finished, and the next one begun
NEWSBOT_JOBS = 0  # worker processes for extraction; 0: one a core
NEWSBOT_PAGE_TIMEOUT_S = 20.0  # a page that takes longer is counted and left
NEWSBOT_DELAY_JITTER = 0.25  # up to this share is added to a source's delay, never taken off
NEWSBOT_RECHECK_HOURS = list(RECHECK_HOURS)  # ages at which an article is asked for again, to notice edits and deletions

NEWSBOT_REPORT = True  # report/index.html is made anew when a run ends
NEWSBOT_DUPLICATE_DAYS = 30  # one story on several sites is found over that many days; 0: never
NEWSBOT_BROWSER = os.environ.get("NEWSBOT_BROWSER", "")  # what runs the scripts of sources with [render]; empty: the first that is here
NEWSBOT_RENDER_TABS = 2  # pages that are rendered at the same time
NEWSBOT_RENDER_TIMEOUT_S = 60.0  # a page whose scripts have not settled by then has failed
NEWSBOT_RENDER_MEMORY_MB = 1024  # a process of the browser that holds more is ended
NEWSBOT_MAX_WAIT_S = 60.0  # a run waits that long for what is postponed; what is postponed longer is left to a later run

# A fleet, where NEWSBOT_STATE is the address of a database (docs/fleet.md)
NEWSBOT_LEASE_S = 60.0  # what a worker has in hand comes back to the others when it was not heard of for so long
NEWSBOT_ROUND_S = float(os.environ.get("NEWSBOT_ROUND_S") or 900)  # lists are asked again so often; 0: only by `scrapy fleet seed`
NEWSBOT_FILE_AGE_S = 300.0  # a worker finishes a file of records when it is so old: later means fewer files
NEWSBOT_STAY = os.environ.get("NEWSBOT_STAY") or "0"  # 1: a worker does not end when there is nothing to do

SCHEDULER = "newsbot.scheduler.FrontierScheduler"

ITEM_PIPELINES = {
    "newsbot.offload.OffloadPipeline": 100,
    "pipelines.identity_step.IdentityPipeline": 400,
    "pipelines.history.HistoryPipeline": 500,
    "pipelines.near_duplicates.NearDuplicatesPipeline": 600,
    "pipelines.writer.WriterPipeline": 900,
}
EXTENSIONS = {
    "pipelines.fleet.FleetMembership": 0,
    "newsbot.run_summary.RunSummary": 0,
    "newsbot.ending.QuickEnd": 0,
    "newsbot.health_watch.HealthWatch": 10,
    "newsbot.report_writer.ReportWriter": 20,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "newsbot.middlewares.hosts.SourceHostsMiddleware": 50,
    "newsbot.middlewares.addresses.AddressMiddleware": 60,
    "newsbot.middlewares.page_limit.PageLimitMiddleware": 70,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newsbot.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "newsbot.middlewares.render.RenderMiddleware": 540,  # sees pages that came well: unpacked, redirects and repetitions over
    "newsbot.middlewares.refresh.RefreshMiddleware": 580,
    "newsbot.middlewares.packing.PackingMiddleware": 595,  # before Scrapy unpacks
    "newsbot.middlewares.validators.ValidatorsMiddleware": 850,
    "newsbot.middlewares.archive.ArchiveMiddleware": 620,  # sees redirects (600) and bodies as they came (unpacked at 590)
    "newsbot.middlewares.politeness.PolitenessMiddleware": 930,  # nothing but what is added for the wire comes after it
    "newsbot.middlewares.access.AccessMiddleware": 950,
}
LOG_FORMATTER = "newsbot.log_lines.LineFormatter"

# Who we are. The sample may only be used against loopback addresses
USER_AGENT = os.environ.get("NEWSBOT_USER_AGENT") or "newsbot/0.1 (+https://example.org/bot)"
ROBOTSTXT_OBEY = True
REFERRER_POLICY = "no-referrer"
COOKIES_ENABLED = False
DEFAULT_REQUEST_HEADERS = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}  # Accept-Language is the source's

# How gently. A source's own values go before; jitter is ours (Scrapy's goes both ways and would undercut the delay)
CONCURRENT_REQUESTS = 64
CONCURRENT_ITEMS = 4  # of one page, which gives one; Scrapy makes that many tasks for every page
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0
AUTOTHROTTLE_ENABLED = False  # it takes the delay of a slot below what was set
DOWNLOAD_TIMEOUT = 30
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # counted, and in the run's summary
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # not 429: asking again at once is the wrong answer to it
REDIRECT_MAX_TIMES = 5
METAREFRESH_MAXDELAY = 3  # seconds; a page that renews itself later than that is no redirect
NEWSBOT_BACK_OFF_S = 30.0  # a host that answers 429 or keeps failing is left alone for so long, then twice as long ...
NEWSBOT_MAX_HOLD_S = 86_400.0  # ... and never longer than this, whatever its Retry-After says
NEWSBOT_HOST_FAILURES = 5  # failures in a row after which a host is left alone
NEWSBOT_MAX_CRAWL_DELAY_S = 3_600.0  # a longer Crawl-delay holds the host instead
NEWSBOT_ROBOTS_PATIENCE_DAYS = 30.0  # a robots.txt that cannot be had for so long counts as one that is not there

# How safely
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = MAX_PAGE_BYTES
DOWNLOAD_WARNSIZE = MAX_PAGE_BYTES // 4
DOWNLOAD_HANDLERS = {
    "http": "newsbot.middlewares.wire.WireHandler",
    "https": "newsbot.middlewares.wire.WireHandler",
    **dict.fromkeys(("file", "data", "ftp", "s3")),
}
TWISTED_DNS_RESOLVER = "newsbot.middlewares.addresses.GuardedResolver"
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
MEMUSAGE_LIMIT_MB = 2048

NEWSBOT_LOG = os.environ.get("NEWSBOT_LOG") or "text"  # or json: one JSON object a line, also the run's summary
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []  # "scrapy version -v" prints them
LOGSTATS_INTERVAL = 30.0
STATS_DUMP = False  # the run's summary says it in fewer lines
FEED_EXPORT_ENCODING = "utf-8"
