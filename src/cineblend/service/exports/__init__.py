"""Exports: the files people take home from other sites, read and matched to a catalogue."""
