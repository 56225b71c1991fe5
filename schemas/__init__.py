"""The nouns of ragstream: every event that travels on a topic, and the values inside them."""
