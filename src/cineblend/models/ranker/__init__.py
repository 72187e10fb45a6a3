"""The learned blend: parts propose films, features describe them, trees put them in order."""
