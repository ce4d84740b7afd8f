import tomllib
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest

from newsbot.items import Article, Attribution, Block, Extractor, Original
from newsbot.near_pairs import PairScores, Text, compose_pairs
from pipelines.finished import finish
from pipelines.neighbours import Neighbours
from pipelines.revisions import Revision, record_of

PARAGRAPHS = tomllib.loads((Path(__file__).parents[1] / "extractors" / "paragraphs.toml").read_text(encoding="utf-8"))
LANGUAGES = "ar fa ur he en de fr es tr ru uk el hi bn ta th zh ja ko ka hy am".split()


def words_like(paragraph: str, chance: Random, count: int = 600) -> list[str]:
    """Words that nobody wrote, of a language's letters in its own order: two of *paragraph*'s halves of words."""
    parts = [word.strip(".,،。、") for word in paragraph.split()]
    parts = parts if len(parts) > 10 else list(paragraph)
    return [chance.choice(parts)[:4] + chance.choice(parts)[-3:] for _ in range(count)]


def base_texts(count: int, seed: int = 5) -> list[Text]:
    chance = Random(seed)
    pools = {language: words_like(PARAGRAPHS[language], chance) for language in LANGUAGES}
    texts = []
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        gap = "" if language in ("zh", "ja", "th") else " "
        sentences = (
            gap.join(chance.choices(pools[language], k=chance.randrange(8, 22))).capitalize() for _ in range(chance.randrange(8, 30))
        )
        texts.append(Text(language, tuple(f"{sentence} {chance.randrange(10_000)}. " for sentence in sentences)))
    return texts


def revision(name: str, text: str, day: int = 1, **more) -> Revision:
    blocks = tuple(Block(place, "paragraph", line) for place, line in enumerate(text.splitlines()) if line)
    fetched = f"2026-11-{day:02}T10:00:00Z"
    return Revision(finish(Article(f"https://{name}", Extractor("1", None), source="s", fetched_at=fetched, blocks=blocks, **more)))


@pytest.fixture
def open_neighbours(place):
    with ExitStack() as closed:
        yield lambda days=30: closed.enter_context(closing(Neighbours(place, days)))


def write(neighbours: Neighbours, *revisions: Revision) -> list[dict]:
    """Judge and store, as a crawl does: the records."""
    judged = [record_of(neighbours.judge(one)) for one in revisions]
    neighbours.remember(judged)
    return judged


STORY, OTHER = (str(text) for text in base_texts(23)[:: len(LANGUAGES)][:2])


def test_copies_in_many_scripts_are_found_and_look_alikes_are_not(tmp_path):
    bases = base_texts(330)
    neighbours = Neighbours(tmp_path / "neighbours.sqlite")
    write(neighbours, *(revision(f"base.example/{number}", str(text)) for number, text in enumerate(bases)))
    scores = PairScores()
    for pair in compose_pairs(bases, 2_000, seed=3):
        base = revision(f"base.example/{pair.base}", "").article.id
        similar = neighbours.similar(revision("pair.example/1", pair.text).article)
        scores = scores.plus(pair.kind, any(match.story.article == base for match in similar))
    assert scores.precision >= 0.99, scores
    assert scores.recall >= 0.97, scores
    neighbours.close()


def test_the_copy_names_the_earliest_and_shares_its_cluster(open_neighbours):
    neighbours = open_neighbours()
    first, copy, third = write(
        neighbours, revision("a.example/1", STORY), revision("b.example/1", STORY, 2), revision("c.example/1", STORY, 3)
    )
    assert (first["cluster"], first["duplicate_of"]) == (None, None)
    assert copy["cluster"] == third["cluster"] == first["id"]
    assert copy["duplicate_of"]["id"] == third["duplicate_of"]["id"] == first["id"]
    assert third["duplicate_of"]["similarity"] == 1.0


def test_the_credited_original_goes_before_the_earliest(open_neighbours):
    credit = Attribution(original=Original(None, "b.example", None, None, "Source: B"))
    *_, copy = write(
        open_neighbours(),
        revision("a.example/1", STORY),
        revision("b.example/1", STORY, 2),
        revision("c.example/1", STORY, 3, attribution=credit),
    )
    assert copy["duplicate_of"]["id"] == revision("b.example/1", "").article.id


def test_the_original_that_is_fetched_after_its_copy_repeats_nothing(open_neighbours):
    _, original = write(open_neighbours(), revision("copy.example/1", STORY, 5), revision("original.example/1", STORY, 2))
    assert original["duplicate_of"] is None
    assert original["cluster"] == revision("copy.example/1", "").article.id


def test_an_edit_is_no_copy_of_its_own_article_and_stays_in_its_cluster(open_neighbours):
    neighbours = open_neighbours()
    write(neighbours, revision("a.example/1", STORY), revision("b.example/1", STORY, 2))
    (edited,) = write(neighbours, revision("b.example/1", f"{STORY}\n{OTHER}", 3))
    assert edited["cluster"] == revision("a.example/1", "").article.id
    (alone,) = write(neighbours, revision("c.example/1", OTHER[::-1], 3))
    assert alone["cluster"] is None


def test_after_a_restart_it_decides_as_before(open_neighbours):
    write(open_neighbours(), revision("a.example/1", STORY))
    (copy,) = write(open_neighbours(), revision("b.example/1", STORY, 2))
    assert copy["duplicate_of"]["id"] == revision("a.example/1", "").article.id


def test_what_was_not_written_is_forgotten_by_a_restart_and_found_from_its_record(open_neighbours):
    killed = open_neighbours()
    record = record_of(killed.judge(revision("a.example/1", STORY)))
    assert open_neighbours().judge(revision("b.example/1", STORY, 2)).article.record["cluster"] is None
    recovered = open_neighbours()
    recovered.remember([record])
    assert recovered.judge(revision("b.example/1", STORY, 2)).article.record["cluster"] == record["id"]


def test_stories_leave_after_the_window(open_neighbours):
    neighbours = open_neighbours(days=7)
    write(neighbours, revision("a.example/1", STORY, 1))
    write(neighbours, revision("b.example/1", OTHER, 20))
    assert write(neighbours, revision("c.example/1", STORY, 21))[0]["cluster"] is None


def test_a_few_words_are_no_story(open_neighbours):
    records = write(open_neighbours(), revision("a.example/1", "شاهد الفيديو"), revision("b.example/1", "شاهد الفيديو"))
    assert [record["cluster"] for record in records] == [None, None]
