"""Spark on two local cores: what it gives is what one machine gives, and is served like it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from fastapi.testclient import TestClient

import cineblend
from cineblend.bundle.fitted import Fitted
from cineblend.bundle.write import write
from cineblend.comparison.strategies import Strategy
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.simulate import simulate
from cineblend.data.split import Split
from cineblend.data.tables import write_tables
from cineblend.data.users import UserBatch
from cineblend.data.world import WorldConfig
from cineblend.engine.encode import encode_texts, export_frame
from cineblend.engine.factors import factors_of, fit_als
from cineblend.engine.fit import fit
from cineblend.engine.folder import read_folder
from cineblend.engine.here import write_everyone
from cineblend.engine.lists import list_everyone
from cineblend.engine.ratings import SparkRatings, number_ratings, ratings_of
from cineblend.engine.session import DEEP_STACK, spark_session
from cineblend.errors import CineblendError, InputError, UserError
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import protocol
from cineblend.ids import Vocabulary
from cineblend.models.factors.als_wr import WeightedALS, WeightedALSConfig
from cineblend.ranking.rank import recommend
from cineblend.text.embeddings.exchange import import_embeddings
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders.encoder import encoder_spec
from cineblend.text.encoders.loading import open_encoder
from cineblend.web.app import create_app
from cineblend.web.settings import Settings
from command_line import Run
from factor_loss import implicit_loss
from small_data import write_csv_release
from system_tools import skip_without
from tiny_bert import TINY as TINY_BERT
from tiny_bert import save_tiny_bert
from worlds import checkerboard

pytestmark = pytest.mark.slow

# The ridge is the best of ten on hold-outs inside the training ratings.
CONFIG = WeightedALSConfig(n_factors=16, regularization=0.7, epochs=8)
# With likes alone the board has one colour a person.
TINY = Strategy("tiny", "Tiny ALS", WeightedALSConfig(2, 0.01, 20.0, 8, "liked"))


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """One session for all; skipped where Spark cannot be. Afterwards no Java is left."""
    missing = [name for name in ("pyspark",) if not _installed(name)] + (
        [] if shutil.which("java") or os.environ.get("JAVA_HOME") else ["Java 17"]
    )
    if missing:
        skip_without(" and no ".join(missing), "Spark")
    # Compiling what runs once, and planning anew for a few rows, cost more here than they save.
    quick = {
        "spark.driver.extraJavaOptions": f"{DEEP_STACK} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
    }
    with spark_session(quick) as session:
        import pyspark

        context: Any = pyspark.SparkContext
        java = context._gateway.proc
        yield session
    assert java.poll() is not None
    assert context._gateway is None


def _installed(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


@pytest.fixture(scope="module")
def split() -> Split:
    """A world of 800 people and 300 films, a fifth of everyone's ratings held out."""
    world = simulate(WorldConfig(n_users=800, n_items=300, n_ratings=40_000, seed=3))
    return protocol("study").split(world)


@pytest.fixture(scope="module")
def ratings(spark: Any, split: Split) -> SparkRatings:
    return ratings_of(spark, split.train)


@pytest.fixture(scope="module")
def made(ratings: SparkRatings) -> Fitted:
    """``CONFIG`` fitted by Spark."""
    return fit(ratings, Strategy("wide", "Wide ALS", CONFIG))


@pytest.fixture(scope="module")
def world() -> Dataset:
    return checkerboard()


def test_the_numbered_ratings_are_the_datasets(ratings: SparkRatings, split: Split) -> None:
    train = split.train.ratings
    assert (ratings.n_ratings, ratings.n_users) == (len(train), np.count_nonzero(train.user_counts))
    assert ratings.scale == split.train.scale
    found = ratings.frame.toArrow()
    given = {
        (int(split.train.users.ids[u]), i, v, t)
        for u, i, v, t in zip(
            *(c.tolist() for c in (train.user_num, train.item_num, train.value, train.timestamp)), strict=True
        )
    }
    columns = [found[name].to_pylist() for name in ("user", "item_num", "value", "timestamp")]
    assert set(zip(*columns, strict=True)) == given
    assert found["user"].to_pylist() == found["user_num"].to_pylist()  # these ids are numbers already


def test_the_same_loss_is_met_as_on_one_machine(made: Fitted, split: Split) -> None:
    assert isinstance(made.model, WeightedALS)
    here = implicit_loss(WeightedALS(CONFIG).fit(split.train), split.train)
    assert implicit_loss(made.model, split.train) == pytest.approx(here, rel=0.02)


def test_ndcg_is_within_two_percent_of_one_machine(made: Fitted, split: Split) -> None:
    metric, judge = parse("NDCG@25"), Judge.of(split, protocol("study"))
    spark, here = (
        evaluate(model, judge, [metric]).metrics[str(metric)]
        for model in (made.model, WeightedALS(CONFIG).fit(split.train))
    )
    assert spark == pytest.approx(here, rel=0.02)


@pytest.mark.parametrize("feedback", ["implicit", "explicit"])
def test_a_known_persons_fold_in_is_sparks_own_factor(
    ratings: SparkRatings, split: Split, feedback: Any
) -> None:
    config = WeightedALSConfig(n_factors=8, epochs=3, feedback=feedback)
    fitted = fit_als(ratings, config)
    num, items = factors_of(fitted.itemFactors)
    users, people = factors_of(fitted.userFactors)
    known = np.isin(np.arange(split.train.n_items), num)
    model = WeightedALS.of(config, items, known, split.train.scale.high)
    batch = UserBatch.known(split.train.ratings, (users - 1).astype(np.int32))
    expected = people @ items.T
    found = model.score(batch)[:, known]
    assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()
    # and so is the list: equal, but where two scores are closer than the last bits tell
    seen = batch.csr().toarray()[:, known] > 0
    own = np.argsort(-np.where(seen, -np.inf, expected), axis=1)[:, :10]
    folded = np.argsort(-np.where(seen, -np.inf, found), axis=1)[:, :10]
    assert (own == folded).mean() > 0.99


def test_from_spark_to_a_bundle_to_the_service(spark: Any, world: Dataset, tmp_path: Path) -> None:
    numbered = ratings_of(spark, world)
    made = fit(numbered, TINY)
    numbered.close()
    folder = tmp_path / "model"
    write(made, folder)
    assert made.films.n_ratings.tolist() == world.ratings.item_counts.tolist()
    loaded = cineblend.Recommender.load(folder)
    listed = loaded.recommend({100: 5.0, 300: 5.0, 500: 4.5}, k=3)
    assert len(listed) == 3
    settings = Settings(model=folder, database=tmp_path / "people.db", reload_seconds=0)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        asked = {"ratings": [{"item_id": one, "rating": 5.0} for one in (100, 300, 500)], "k": 3}
        answer = client.post("/api/v1/recommendations", json=asked)
        assert answer.status_code == 200, answer.text
        served = [one["item"]["item_id"] for one in answer.json()["items"]]
    assert len(served) == 3
    assert all(one // 100 % 2 == 1 for one in served)  # the colour that was liked


def test_everyones_lists_are_those_of_one_machine(
    made: Fitted, ratings: SparkRatings, split: Split, tmp_path: Path
) -> None:
    found = pl.from_arrow(list_everyone(ratings, made, 7).toArrow())
    assert isinstance(found, pl.DataFrame)
    write(made, tmp_path / "model")
    assert write_everyone(split.train, made, tmp_path / "model", tmp_path / "lists.parquet", 7, 1) == 0
    here = pl.read_parquet(tmp_path / "lists.parquet").sort("user", "rank")
    there = found.sort("user", "rank")
    assert there["rank"].to_list() == here["rank"].to_list()
    # the order of a sum may be another, and with it that of two films of one score
    assert np.mean(there["item"].to_numpy() == here["item"].to_numpy()) > 0.999
    np.testing.assert_allclose(there["score"], here["score"], rtol=1e-4, atol=1e-6)
    people = UserBatch.known(split.train.ratings).as_unseen()
    ours = recommend(made.model, people, k=7)
    assert there.height == np.count_nonzero(ours.item_num >= 0)
    train = split.train.ratings
    seen = set(zip((train.user_num + 1).tolist(), (train.item_num + 1).tolist(), strict=True))
    assert not seen & set(zip(there["user"], there["item"], strict=True))


def test_encoded_texts_are_those_of_one_machine(spark: Any, tmp_path: Path) -> None:
    texts = ["space robot laser", "love wedding paris", "space love", "", "space robot laser"]
    spec = encoder_spec(str(save_tiny_bert(tmp_path / "tiny", texts)))
    store = EmbeddingStore(tmp_path / "store")
    encoder = open_encoder(spec, store, on_note=lambda _: None)
    expected = encoder.encode(texts)
    frame = spark.createDataFrame([(one,) for one in [*texts, None]], "text string").coalesce(1)
    vectors = encode_texts(frame, spec).persist()
    assert vectors.count() == 4
    assert export_frame(vectors, tmp_path / "out").fingerprint == encoder.fingerprint
    import_embeddings(tmp_path / "out", store)

    class Refuses:
        fingerprint, dimension = encoder.fingerprint, encoder.dimension

        def encode(self, texts: Any) -> Any:
            raise AssertionError("every text was encoded already")

    np.testing.assert_allclose(store.embed(texts, Refuses(), print), expected, atol=1e-5)
    with pytest.raises(CineblendError, match="no text"):
        export_frame(vectors.limit(0), tmp_path / "none")
    vectors.unpersist()
    with pytest.raises(UserError, match="fitted to a catalogue"):
        encode_texts(frame, encoder_spec("tfidf"))


def test_an_error_on_a_worker_is_told_in_its_own_words(spark: Any) -> None:
    frame = spark.createDataFrame([("space",)], "text string")
    vectors = encode_texts(frame, TINY_BERT)
    with pytest.raises(CineblendError, match=r"Spark failed: .*tiny"), spark_session():
        vectors.count()


FRAME = "user string, item string, rating string, timestamp string"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "has no ratings"),
        ([("1", "10", "NaN", "5")], "in 1 rows the value is missing or wrong"),
        ([("1", "10", "5.5", "5")], "a finite number from 0.5 up to 5"),
        ([("x", "10", "4", "5")], "in 1 rows the user is missing or wrong.*user 'x'"),
        ([("1", "11", "4", "5")], "item is not in the catalogue.*item 11"),
        ([("1", "10", "4", "5"), ("1", "10", "4.5", "6")], "user 1 rates item 10 2 times"),
    ],
)
def test_wrong_rows_are_named(spark: Any, rows: list[Any], message: str) -> None:
    world = checkerboard(n_items=4, cold=0)
    catalog = replace(world.catalog, items=Vocabulary(np.array([10, 20, 30, 40])))
    frame = spark.createDataFrame([("2", "20", "3", "1"), *rows] if rows else [], FRAME)
    with pytest.raises(InputError, match=message):
        number_ratings(frame, timestamp="timestamp", catalog=catalog, scale=(0.5, 5.0))


def test_ids_that_spark_cannot_take_get_row_numbers(spark: Any) -> None:
    big = [3_000_000_000, -5, 7_000_000_000, 12]
    frame = spark.createDataFrame(
        [(user, "a b", 4.0) for user in big], "user bigint, item string, rating double"
    )
    with pytest.raises(UserError, match="are read as int"):
        number_ratings(frame.withColumn("item", frame["user"]), ids="int", catalog=_text_catalog())
    mixed = number_ratings(frame, ids="text", catalog=_text_catalog())
    order = dict(mixed.frame.select("user", "user_num").collect())
    assert order == {name: num for num, name in enumerate(sorted(map(str, big)))}
    mixed.close()
    numbers = number_ratings(frame.withColumn("item", frame["user"]))
    assert dict(numbers.frame.select("user", "user_num").collect()) == dict(
        zip(sorted(big), range(4), strict=True)
    )
    assert numbers.catalog.items.ids.tolist() == sorted(big)
    numbers.close()
    with pytest.raises(UserError, match="column user are double"):
        number_ratings(frame.withColumn("user", frame["rating"]))


def _text_catalog() -> Any:
    world = checkerboard(n_items=4, cold=0)
    return replace(world.catalog, items=Vocabulary(np.array(["a b", "c", "d", "e"])))


def test_the_command_line_fits_and_lists(run: Run, spark: Any, world: Dataset, tmp_path: Path) -> None:
    write_tables(world, tmp_path / "data")
    data, model, lists = (str(tmp_path / name) for name in ("data", "model", "lists.parquet"))
    on_spark = ("--engine", "spark", "--data", data)
    code, out, err = run("fit", *on_spark, "--strategy", "als", "--out", model)
    assert code == 0, err
    assert "fitted as als-wr" in " ".join((out + err).split())
    code, _, err = run("recommend-all", *on_spark, "--model", model, "--out", lists, "-k", "3")
    assert code == 0, err
    there = pl.read_parquet(lists)
    code, _, err = run("recommend-all", "--data", data, "--model", model, "--out", f"{lists}.here", "-k", "3")
    assert code == 0, err
    here = pl.read_parquet(f"{lists}.here")
    assert there.sort("user", "rank")["item"].to_list() == here["item"].to_list()
    code, _, err = run("recommend-all", *on_spark, "--model", model, "--out", lists)
    assert (code, "is there already" in " ".join(err.split())) == (2, True)
    code, _, err = run("fit", *on_spark, "--strategy", "ease", "--out", f"{model}2")
    assert (code, "Spark cannot fit ease" in " ".join(err.split())) == (2, True)


def test_a_folder_of_csv_is_read_as_load_reads_it(spark: Any, tmp_path: Path) -> None:
    folder = write_csv_release(tmp_path / "with a blank [and] more")
    read, loaded = read_folder(spark, str(folder)), load(str(folder))
    rows = read.frame.orderBy("user", "timestamp").select("user", "item_num", "value", "timestamp").collect()
    assert [tuple(row) for row in rows] == [(3, 1, 5.0, 300), (7, 1, 4.0, 100), (7, 0, 0.5, 200)]
    assert (read.scale, read.catalog.title) == (loaded.scale, loaded.catalog.title)
    assert (read.n_users, read.n_ratings, read.source.name) == (2, 3, loaded.source.name)
    read.close()
    with pytest.raises(InputError, match="rates none of the catalogue's items"):
        read_folder(spark, str(folder), catalog=checkerboard().catalog, unknown="skip")


def test_a_folder_without_a_table_of_items_has_its_links_as_load_has_them(spark: Any, tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("user,item,rating\n1,10,3\n1,30,4\n")
    (tmp_path / "links.csv").write_text("movieId,imdbId,tmdbId\n10,0114709,862\n")
    read, loaded = read_folder(spark, str(tmp_path)), load(str(tmp_path))
    assert read.catalog.links.tmdb_id.tolist() == loaded.catalog.links.tmdb_id.tolist() == [862, 0]
    assert read.source.sha256["links.csv"] == loaded.source.sha256["links.csv"]
    read.close()
