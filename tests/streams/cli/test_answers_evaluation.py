import pytest

from infra.settings import Settings
from schemas.failures import TransientError
from streams.cli import answers_evaluation
from streams.cli.answers_evaluation import AnswersEvaluation
from streams.cli.sending import Sending
from streams.cli.squad import SquadFolder


class _Broken:
    def __init__(self, *_arguments, **_options):
        pass

    async def __aenter__(self):
        raise TransientError("no broker answers")

    async def __aexit__(self, *_error):
        return None


@pytest.mark.parametrize(("forget", "calls"), [(True, 1), (False, 0)])
async def test_documents_are_withdrawn_on_request_also_when_measuring_failed(tmp_path, monkeypatch, forget, calls):
    forgotten = []

    async def forget_corpus(corpus, _sending):
        forgotten.append(corpus)

    monkeypatch.setattr(answers_evaluation, "opened_asker", _Broken)
    monkeypatch.setattr(answers_evaluation, "forget_corpus", forget_corpus)
    settings = Settings(home=tmp_path)
    sending = Sending(settings, wait=True, timeout_s=None, machine=True)
    evaluation = AnswersEvaluation(settings, SquadFolder((), ()), (), (), sending, 1, 1.0)
    with pytest.raises(TransientError):
        await evaluation.run(forget=forget)
    assert len(forgotten) == calls
