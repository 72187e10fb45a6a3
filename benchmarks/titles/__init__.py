"""Titles as people's exports write them, made from a catalogue or known."""
