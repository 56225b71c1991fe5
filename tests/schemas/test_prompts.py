from schemas.prompts import ChatSettings, PromptLabelled, PromptPublished, PromptTemplate


def prompt(text="Answer.", **more):
    return PromptPublished(name="answer", messages=(PromptTemplate(role="system", template=text),), **more)


def test_a_prompts_version_is_what_it_makes_a_model_do():
    assert prompt().version == prompt(event_id="e", about="the same", tenant="acme").version
    assert prompt().version != prompt("Answer!").version
    assert prompt().version != prompt(settings=ChatSettings(temperature=0.5)).version


def test_every_version_and_every_label_has_a_slot_of_its_own():
    label = PromptLabelled(name="answer", label="production", version=prompt().version)
    slots = {prompt().slot, prompt("Answer!").slot, prompt(tenant="acme").slot, label.slot}
    assert len(slots) == 4
    assert label.slot == "default/answer#production"
