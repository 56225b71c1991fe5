"""The world of ragstream: adapters for the ports, named `<technology>_<port>`, settings, logs and telemetry."""
