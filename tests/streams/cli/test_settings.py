from streams.cli.settings import misspelt, setting_names


def test_every_setting_has_its_variable():
    names = setting_names()
    assert {"RAGSTREAM_NAMESPACE", "RAGSTREAM_KAFKA__BOOTSTRAP", "RAGSTREAM_EMBEDDER__MAX_BATCH_TOKENS"} <= names


def test_a_misspelt_variable_is_told_with_the_one_that_was_meant():
    (sentence,) = misspelt(["RAGSTREAM_KAFKA__BOOTSTRP", "RAGSTREAM_HOME", "PATH"])
    assert sentence == "RAGSTREAM_KAFKA__BOOTSTRP is no setting and is not used; RAGSTREAM_KAFKA__BOOTSTRAP is one"


def test_variables_of_ours_that_are_no_settings_are_left_alone():
    assert list(misspelt(["RAGSTREAM_DEBUG", "RAGSTREAM_PROCESS", "RAGSTREAM_TEST_HOME", "RAGSTREAM_CHAOS_SEED"])) == []
