"""Re-extraction of archives that outgrow one machine, on Apache Spark (extra ``spark``): one WARC file, one task.

Four passes, each of tasks that may be killed, repeated or run twice at once without a trace: what the pages of each source share
(:mod:`~newsbot.spark.learning`), the pages themselves (:mod:`~newsbot.spark.reading`), which articles have to do with one another
(:mod:`~newsbot.spark.kinship`) and what that makes of them (:mod:`~newsbot.spark.deciding`), the parts (:mod:`~newsbot.spark.parts`).
"""
