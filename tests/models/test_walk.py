"""Walk: a config, what is nested in it, and a field changed at any depth."""

from __future__ import annotations

from cineblend.models.blend import BlendConfig, BlendPart
from cineblend.models.content import ContentConfig
from cineblend.models.factors.als import ALSConfig
from cineblend.models.walk import walk, walk_paths, with_field
from cineblend.text.features import TextSpec

TEXT = TextSpec("tfidf")
FIRST, SECOND = BlendPart(ALSConfig(), 0.5), BlendPart(ContentConfig(TEXT), 0.5)
BLEND = BlendConfig((FIRST, SECOND))


def test_the_outer_config_comes_before_its_parts() -> None:
    assert list(walk(BLEND)) == [BLEND, FIRST, FIRST.model, SECOND, SECOND.model, TEXT]
    assert list(walk((TEXT, 3, "text", None))) == [TEXT]


def test_a_path_leads_to_each() -> None:
    assert [path for path, _ in walk_paths(BLEND)] == [
        "",
        "parts.0.",
        "parts.0.model.",
        "parts.1.",
        "parts.1.model.",
        "parts.1.model.text.",
    ]


def test_a_field_changes_wherever_it_is() -> None:
    changed = with_field(BLEND, "weight", lambda weight: weight / 2)
    assert [part.weight for part in changed.parts] == [0.25, 0.25]
    assert with_field(BLEND, "seed", lambda _: 7).parts[0].model == ALSConfig(seed=7)
    assert with_field(BLEND, "no such field", lambda _: 0) == BLEND
