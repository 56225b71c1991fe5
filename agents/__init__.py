"""The verbs of ragstream: what is done with events, free of I/O, clocks and environment."""
