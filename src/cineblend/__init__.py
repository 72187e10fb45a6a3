"""cineblend: a hybrid recommender that blends what people rated with what films are about."""

__version__ = "0.1.0"
