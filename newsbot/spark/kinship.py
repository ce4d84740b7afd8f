"""Which articles have to do with one another: they share an address or a text, or one is a copy of the other.

Copies are looked for with Spark's MinHash LSH (Broder's permutations, as the embedded index has them, but drawn by Spark) and proved with
the embedded index's own sketches. Whatever that index can match is to be found here; what it then decides, it decides itself
(:mod:`newsbot.spark.deciding`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

import numpy as np
from pyspark import SparkContext
from pyspark.ml.feature import MinHashLSH
from pyspark.ml.functions import vector_to_array
from pyspark.ml.linalg import SparseVector, VectorUDT
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as sql
from pyspark.sql.types import ArrayType, BinaryType, IntegerType, LongType, StructField, StructType

from newsbot.spark.job import Job
from newsbot.spark.kept import ROWS_OF_FILE, SPACE, Row, read_of
from pipelines.neighbours import is_copy
from pipelines.sketches import likeness

_TABLES: Final = 64
"""Permutations. At a Jaccard index of .15, the least that a copy has, 3 of 100,000 pairs share none of the minima."""
_POSTINGS: Final = 64
"""Articles that are compared by one minimum with each: those before it. What all texts share is no evidence."""
_SEED: Final = 1997
_PLACE: Final = StructType(
    [StructField("number", LongType(), False), StructField("offset", LongType(), False), StructField("length", IntegerType(), False)]
)
_ARTICLE: Final = StructType(
    [
        *_PLACE.fields,
        StructField("keys", ArrayType(LongType(), False), False),
        StructField("stretches", IntegerType(), False),
        StructField("minima", BinaryType(), False),
        StructField("marks", VectorUDT()),
    ]
)
_EDGE: Final = "number long, first long"


def read_articles(spark: SparkSession, job: Job, keys: list[str]) -> DataFrame:
    """What is compared of all articles; *keys* are those of the files, by number."""
    context: SparkContext = spark.sparkContext
    files = context.parallelize(list(enumerate(keys)), max(len(keys), 1))
    return spark.createDataFrame(files.flatMap(partial(rows_of, job)), _ARTICLE, verifySchema=False)


def rows_of(job: Job, file: tuple[int, str]) -> Iterator[tuple[Any, ...]]:
    """The rows of one file, as columns."""
    number, key = file
    for place, row in enumerate(read_of(job, key).rows):
        yield number << ROWS_OF_FILE | place, row.offset, row.length, list(row.keys), row.stretches, bytearray(row.minima), _vector(row)


def _vector(row: Row) -> SparseVector | None:
    marks = np.frombuffer(row.marks, "<u4").astype(np.int32)
    return SparseVector(SPACE, marks, np.ones(len(marks))) if len(marks) else None


def find_kin(articles: DataFrame, *, copies: bool) -> DataFrame:
    """``number``, ``first``: each article that has kin, however far, under the first of them all. Without *copies* only sharing counts."""
    edges, texts = _sharing(articles), articles.where("stretches > 0").select("number", "stretches", "minima", "marks")
    return _stars(edges.union(_copies(texts)) if copies and not texts.isEmpty() else edges)


def _sharing(articles: DataFrame) -> DataFrame:
    """Articles with the first one that has one of their keys."""
    keyed = articles.select("number", sql.explode("keys").alias("key"))
    first = sql.min("number").over(Window.partitionBy("key"))
    return keyed.select("number", first.alias("first")).where("number <> first").distinct()


def _copies(texts: DataFrame) -> DataFrame:
    """Articles with earlier ones of which they are a copy, or the other way round."""
    pairs = _candidates(texts)
    one, other = (_sketches(texts, name) for name in ("number", "first"))
    compared = pairs.join(one, "number").join(other, "first")
    found = compared.select("number", "first", *(f"{name}_{of}" for of in ("number", "first") for name in ("stretches", "minima")))
    return texts.sparkSession.createDataFrame(found.rdd.mapPartitions(proved), _EDGE, verifySchema=False)


def _sketches(texts: DataFrame, name: str) -> DataFrame:
    columns = (sql.col(column).alias(f"{column}_{name}") for column in ("stretches", "minima"))
    return texts.select(sql.col("number").alias(name), *columns)


def _candidates(texts: DataFrame) -> DataFrame:
    """Pairs of articles that share a minimum of one of the permutations, each once."""
    model = MinHashLSH(inputCol="marks", outputCol="hashes", numHashTables=_TABLES, seed=_SEED).fit(texts)
    hashed = model.transform(texts).select("number", sql.posexplode("hashes").alias("table", "minimum"))
    bucket = sql.xxhash64("table", vector_to_array("minimum")).alias("bucket")
    before = Window.partitionBy("bucket").orderBy("number").rowsBetween(-_POSTINGS, -1)
    near = hashed.select("number", bucket).select("number", sql.collect_list("number").over(before).alias("near"))
    return near.select("number", sql.explode("near").alias("first")).distinct()


def proved(pairs: Iterable[Any]) -> Iterator[tuple[int, int]]:
    """Those of *pairs* whose texts tell the same story."""
    for number, first, stretches, minima, others, other in pairs:
        if is_copy(likeness(bytes(minima), bytes(other), (stretches, others))):
            yield number, first


def _stars(edges: DataFrame) -> DataFrame:
    """Every connected part of *edges* as a star around its smallest number, itself included.

    Alternating large and small stars: Kiveris et al., Connected Components in MapReduce and Beyond, 2014; a logarithm of rounds.
    """
    told, edges = None, edges.checkpoint()
    while (now := _print_of(edges)) != told:
        told = now
        edges = _small_star(_large_star(edges)).checkpoint()
    roots = edges.select(sql.col("first").alias("number"), "first").distinct()
    return edges.union(roots)


def _large_star(edges: DataFrame) -> DataFrame:
    """Larger neighbours move to the smallest neighbour."""
    both = edges.union(edges.select("first", "number"))
    smallest = sql.least(sql.min("first").over(Window.partitionBy("number")), sql.col("number"))
    return both.select(sql.col("first").alias("one"), smallest.alias("least"), "number").where("one > number").select(
        sql.col("one").alias("number"), sql.col("least").alias("first")
    ).distinct()  # fmt: skip


def _small_star(edges: DataFrame) -> DataFrame:
    """Smaller neighbours and the number itself move to the smallest of them."""
    smallest = sql.min("first").over(Window.partitionBy("number"))
    starred = edges.select("number", "first", smallest.alias("least"))
    moved = starred.select(sql.explode(sql.array("number", "first")).alias("number"), sql.col("least").alias("first"))
    return moved.where("number <> first").distinct()


def _print_of(edges: DataFrame) -> tuple[Any, ...]:
    """What differs when edges differ."""
    mixed = sql.xxhash64("number", "first")
    return tuple(edges.agg(sql.count("*"), sql.sum(mixed % 2**40), sql.sum(sql.shiftright(mixed, 24))).first() or ())
