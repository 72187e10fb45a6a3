"""Exports: people's rating files from other sites, read and matched to a catalogue."""
