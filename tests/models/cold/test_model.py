from __future__ import annotations

from conformance import Conformance

from cineblend.models.cold.model import ColdConfig
from cineblend.models.cold.order import OrderConfig
from cineblend.models.ease import EaseConfig
from cineblend.text.features import TextSpec

TASTE = ColdConfig(EaseConfig(regularization=1.0), (TextSpec("fake"),), ridges=(1.0, 1.0))
ORDERED = ColdConfig(
    EaseConfig(regularization=1.0),
    (TextSpec("fake"),),
    ridges=(1.0, 1.0),
    order=OrderConfig(share=0.6, trees=5, least_in_leaf=2),
)


class TestTaste(Conformance):
    config = TASTE
    reads_text = True


class TestOrdered(Conformance):
    config = ORDERED
    reads_text = True
