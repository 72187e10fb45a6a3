"""The command line: thin verbs that compose the folders below."""
