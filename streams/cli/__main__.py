"""`python -m streams.cli` is the command `ragstream`: how workers are started."""

from streams.cli import main

main()
