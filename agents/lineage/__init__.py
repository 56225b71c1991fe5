"""Lineage: which answers a change of a document made outdated."""
