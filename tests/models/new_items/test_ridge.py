"""TransferMap: the ridge and the scale of its scores."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import Ridge

from cineblend.models.new_items.ridge import TransferMap, TransferProducts

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(30, 4)) + 3
RATED = np.arange(0, 30, 2)
KNOWN = RNG.normal(size=(3, len(RATED)))
TASTE = TransferMap.fit(FEATURES, RATED, ridge=0.7)


def test_equals_ridge_regression_with_an_intercept() -> None:
    expected = Ridge(alpha=0.7).fit(FEATURES[RATED], KNOWN.T).predict(FEATURES).T
    np.testing.assert_allclose(TASTE.targets(KNOWN, FEATURES), expected)


def test_z_has_mean_0_and_deviation_1_over_the_rated_items() -> None:
    z = TASTE.z(KNOWN, FEATURES)
    np.testing.assert_allclose(z[:, RATED].mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(z[:, RATED].std(axis=1), 1)
    targets = TASTE.targets(KNOWN, FEATURES)
    np.testing.assert_allclose(np.argsort(z), np.argsort(targets))


def test_equal_scores_of_all_items_give_z_of_0() -> None:
    np.testing.assert_array_equal(TASTE.z(np.ones((1, len(RATED))), FEATURES), np.zeros((1, 30)))


def test_products_equal_those_with_the_explicit_map() -> None:
    products = TransferProducts(FEATURES, RATED, 0.7)
    np.testing.assert_allclose(products.before(KNOWN), KNOWN @ TASTE.carry)
    np.testing.assert_allclose(products.after(np.eye(4)), TASTE.carry, atol=1e-12)
    np.testing.assert_allclose(products.moment, TASTE.moment)
