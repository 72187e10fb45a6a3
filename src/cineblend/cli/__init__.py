"""The command line: thin verbs that compose the rooms below."""
