from agents.answering.terms import terms_of, weights, words_of


def test_words_are_compared_by_their_stems_without_stop_words():
    assert terms_of("Where do the ferries leave?") == terms_of("a ferry leaves")


def test_full_width_and_ligatures_are_plain():
    assert words_of("ＡＢＣ ﬁle") == ["abc", "file"]


def test_unspaced_scripts_are_compared_by_pairs():
    assert terms_of("渡轮九点") == ["渡轮", "轮九", "九点"]
    assert terms_of("水") == ["水"]


def test_identifiers_keep_their_digits():
    assert terms_of("ERR-4417") == ["err", "4417"]


def test_what_every_passage_says_is_light():
    weighed = weights(["ferri", "split"], [frozenset(["ferri"]), frozenset(["ferri", "split"]), frozenset(["ferri"])])
    assert 0 < weighed["ferri"] < weighed["split"]
