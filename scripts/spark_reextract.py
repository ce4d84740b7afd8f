"""Re-extraction for ``spark-submit``: ``spark-submit --master URL scripts/spark_reextract.py --out DIR WARC ...`` (docs/spark.md)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from newsbot.spark.command_line import main

if __name__ == "__main__":
    sys.exit(main())
