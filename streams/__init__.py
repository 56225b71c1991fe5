"""The pipes of ragstream: topics, codec, runner, drivers, workers, client and command line."""
