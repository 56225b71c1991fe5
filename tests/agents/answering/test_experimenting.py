import inspect
from dataclasses import replace

import pytest

from agents.answering import answer_failed
from agents.answering.experimenting import RULE, Overrides, read_overrides
from agents.ports import EmbeddingSpace
from schemas.answers import AnswerAbstained, AnswerFailed, AnswerServed, QuestionBlocked
from schemas.drafts import DraftEnded
from schemas.experiments import Arm
from schemas.failures import ConfigurationError, PermanentError
from schemas.prompts import PRODUCTION, PromptPublished, PromptTemplate
from tests.agents.answering.fakes import Everybody, Playbook, WordGuard, asked, passage
from tests.agents.answering.scripted_chat import chatting, spelt

FERRY = passage("The ferry to Hvar leaves Split at half past nine.")
QUESTION = asked(user_id="u")


class Named:
    """A generator that remembers its tasks and drafts nothing."""

    generator_id = "named-1"

    def __init__(self):
        self.tasks = []

    async def draft(self, task):
        self.tasks.append(task)
        yield DraftEnded(generator_id=self.generator_id)


def play(*passages, **experiments):
    return Playbook(*passages, experimenter=Everybody(**experiments))


def unfollowed(answer):
    return [each.reason for each in answer.findings if each.rule == RULE]


async def test_an_answer_says_what_it_was_part_of_and_whom_that_counts_for():
    answer = await play(FERRY, x={}, y={"alpha": 0.7}).asks(QUESTION)
    assert isinstance(answer, AnswerServed)
    assert (answer.assignment, answer.units) == ({"x": "b", "y": "b"}, {"x": "u", "y": "u"})
    assert not unfollowed(answer)


@pytest.mark.parametrize("question", [asked(), QUESTION])
async def test_without_experiments_nothing_is_different(question):
    plain = await Playbook(FERRY).asks(question)
    assert plain == await (play(FERRY) if question.user_id else play(FERRY, x={"alpha": 0.1})).asks(question)
    assert plain.assignment == {}


async def test_settings_of_retrieval_are_those_of_the_arm():
    given = {"mode": "dense", "fusion": "ranked", "alpha": 0.9, "top_k": 2, "per_document": 1}
    world = play(FERRY, x={**given, "min_similarity": 0.1, "min_support": 0.5})
    answer = await world.asks(QUESTION)
    (search,) = [what for stage, what in world.calls if stage == "search"]
    assert (search.mode, search.fusion, search.alpha) == ("dense", "ranked", 0.9)
    told = answer.provenance.retrieval
    assert {name: told[name] for name in given} == given
    assert (told["min_similarity"], told["min_support"]) == (0.1, 0.5)


async def test_a_threshold_of_the_arm_decides_whether_there_is_an_answer():
    assert isinstance(await play(FERRY, x={"min_support": 2.0, "min_similarity": 1.0}).asks(QUESTION), AnswerServed)
    unlike = passage("The bus to Hvar leaves Zagreb.", similarity=0.4)
    assert isinstance(await play(unlike, x={"min_support": 2.0}).asks(QUESTION), AnswerAbstained)


async def test_the_arm_names_generator_prompt_and_label():
    generator = Named()
    arm = {"generator": "named", "prompt": "short", "label": "candidate"}
    world = Playbook(FERRY, experimenter=Everybody(x=arm), generators={"named": generator})
    answer = await world.asks(QUESTION)
    (task,) = generator.tasks
    assert (task.prompt, task.label, answer.provenance.generator_id) == ("short", "candidate", "named-1")


async def test_two_arms_are_answered_with_two_versions_of_the_prompt():
    serving, candidate = (
        PromptPublished(
            name="answer",
            messages=(PromptTemplate(role="user", template=f"{how} {{{{ passages }}}} {{{{ question }}}}"),),
        )
        for how in ("Briefly:", "At length:")
    )
    prompts = {("answer", PRODUCTION): serving, ("answer", "candidate"): candidate}
    told = {}
    for arm in ({}, {"label": "candidate"}):
        generator = chatting(*spelt("The ferry to Hvar leaves Split at half past nine."), prompts=prompts)
        world = Playbook(FERRY, experimenter=Everybody(x=arm))
        world.ports = replace(world.ports, generator=generator)
        answer = await world.asks(QUESTION)
        assert isinstance(answer, AnswerServed)
        told[arm.get("label", PRODUCTION)] = answer.provenance.prompt_version
    assert told == {PRODUCTION: serving.version, "candidate": candidate.version}


async def test_a_generator_that_is_not_here_is_a_finding_and_the_unit_counts_all_the_same():
    answer = await play(FERRY, x={"generator": "gone", "policy": "gone"}).asks(QUESTION)
    assert isinstance(answer, AnswerServed)
    assert answer.assignment == {"x": "b"}
    assert ["no generator gone" in unfollowed(answer)[0], "no policy gone" in unfollowed(answer)[1]] == [True, True]


async def test_the_arm_names_an_embedder_and_its_own_index_is_searched():
    candidate = Playbook(passage("The ferry to Hvar leaves Split at noon.", number=9))
    candidate.embedder_id = "candidate@2"
    space = EmbeddingSpace(candidate, candidate)
    world = Playbook(FERRY, experimenter=Everybody(x={"embedder": "other"}), spaces={"other": space})
    answer = await world.asks(QUESTION)
    assert (world.stages(), candidate.stages()) == (["draft"], ["embed", "search"])
    assert answer.provenance.embedder_id == "candidate@2"
    assert {each.chunk_id for each in answer.looked_at} == {"c9"}
    assert not unfollowed(answer)
    assert (await world.asks(asked())).provenance.embedder_id == "fake@1"


async def test_an_embedder_that_is_not_here_is_a_finding_and_the_main_one_answers():
    answer = await play(FERRY, x={"embedder": "gone"}).asks(QUESTION)
    assert isinstance(answer, AnswerServed)
    assert "no embedder gone" in unfollowed(answer)[0]
    assert (answer.provenance.embedder_id, answer.assignment) == ("fake@1", {"x": "b"})


async def test_the_policy_of_the_arm_guards_its_questions():
    guards = {"strict": WordGuard(block="ferry")}
    world = Playbook(FERRY, experimenter=Everybody(x={"policy": "strict"}), guard=WordGuard(), guard_with=guards.get)
    blocked = await world.asks(QUESTION)
    assert isinstance(blocked, QuestionBlocked)
    assert blocked.assignment == {"x": "b"}
    assert isinstance(await world.asks(asked()), AnswerServed)


async def test_of_two_experiments_that_change_the_same_the_first_does():
    answer = await play(FERRY, x={"alpha": 0.1}, y={"alpha": 0.9, "top_k": 3}).asks(QUESTION)
    assert (answer.provenance.retrieval["alpha"], answer.provenance.retrieval["top_k"]) == (0.1, 3)
    (said,) = unfollowed(answer)
    assert "What y asks for was not done: another experiment sets alpha as well" in said


async def test_a_question_that_fails_counts_for_its_arm():
    world = play(FERRY, x={})
    world.breaks["search"] = PermanentError("no")
    failed = await world.asks(QUESTION)
    assert isinstance(failed, AnswerFailed)
    assert (failed.assignment, failed.units) == ({"x": "b"}, {"x": "u"})
    (broke,) = answer_failed(QUESTION, "a bug", Everybody(x={}))
    assert (broke.assignment, broke.units) == ({"x": "b"}, {"x": "u"})
    assert (await play(x={}).asks(asked(" ", user_id="u"))).assignment == {"x": "b"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"temperature": 1.0}, "there is no override 'temperature'; those are prompt, label, generator, embedder"),
        ({"alpha": 1.5}, "the override 'alpha' cannot be used"),
        ({"alpha": "0.5"}, "the override 'alpha' cannot be used"),
        ({"mode": "magic"}, "the override 'mode' cannot be used"),
        ({"top_k": 51}, "the override 'top_k' cannot be used"),
        ({"label": ""}, "the override 'label' cannot be used"),
    ],
)
def test_an_override_that_cannot_be_followed_is_refused_in_one_sentence(given, said):
    with pytest.raises(ConfigurationError, match=said):
        read_overrides(given)


def test_overrides_are_those_that_the_schema_names():
    assert [name for name in Overrides.model_fields if f"`{name}`" not in inspect.getsource(Arm)] == []
