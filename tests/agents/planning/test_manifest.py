from agents.planning.manifest import DIGITS, Manifest, attributes_of, fingerprint, given_by, planned, recipe_of
from schemas.chunks import Chunk, DocumentAttributes, Span
from tests.agents.planning.playbook import Planning, upserted

CHUNK = Chunk(chunk_id="c", text="Rain.", ordinal=3, span=Span(start=5, end=10), heading=("Weather", "Water"))


def test_a_manifest_keeps_places_and_nothing_of_the_text():
    entry = planned(CHUNK)
    assert (entry.chunk_id, entry.ordinal, entry.span) == ("c", 3, CHUNK.span)
    assert entry.heading == fingerprint("Weather", "Water")
    assert "Rain" not in entry.model_dump_json()


def test_a_manifest_survives_the_changelog():
    planning = Planning()
    planning.give(upserted("Rain falls. " * 40, source_version=7))
    assert Manifest.model_validate_json(planning.state.model_dump_json()) == planning.state


def test_the_fingerprint_of_what_was_given_ignores_identity_and_time_and_nothing_else():
    same = given_by(upserted("Rain.", 0, metadata={"a": 1, "b": 2}))
    assert same == given_by(upserted("Rain.", 5, event_id="x", source_version=9, metadata={"b": 2, "a": 1}))
    for change in ({"title": "T"}, {"uri": "u"}, {"readers": ("r",)}, {"content_type": "text/html"}, {"metadata": {}}):
        assert same != given_by(upserted("Rain.", 0, **{"metadata": {"a": 1, "b": 2}} | change))
    assert given_by(upserted(content=b"cmFpbg==")) != given_by(upserted("rain"))


def test_attributes_are_equal_whatever_their_order():
    one = DocumentAttributes(metadata={"a": 1, "b": [1, 2]}, readers=("x", "y"))
    two = DocumentAttributes(metadata={"b": [1, 2], "a": 1}, readers=("y", "x"))
    assert attributes_of(one) == attributes_of(two)
    assert attributes_of(one) != attributes_of(DocumentAttributes(metadata={"a": 1, "b": [2, 1]}, readers=("x", "y")))


def test_the_recipe_names_embedder_sizes_and_way_of_cutting():
    recipes = {
        recipe_of("a@1", 100, 230),
        recipe_of("b@1", 100, 230),
        recipe_of("a@1", 90, 230),
        recipe_of("a@1", 100, 240),
    }
    assert len(recipes) == 4


def test_parts_do_not_run_into_each_other_and_surrogates_are_hashed_too():
    """FAILURES 45."""
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    assert len(fingerprint("\ud83d")) == DIGITS
