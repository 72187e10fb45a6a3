"""Content from public sources, joined to a catalogue."""
