"""``python -m newsbot.spark``: re-extraction on Spark, without Scrapy."""

import sys

from newsbot.spark.command_line import main

if __name__ == "__main__":
    sys.exit(main())
