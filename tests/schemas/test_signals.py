from schemas import signals


def test_a_models_hash_is_left_out_of_its_name():
    assert signals.model_of("all-MiniLM-L6-v2-int8@abc") == "all-MiniLM-L6-v2-int8"
    assert signals.model_of("extractive-1") == "extractive-1"
