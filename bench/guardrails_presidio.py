"""Presidio in its own environment: texts in, the personal data that it finds in each out.

A JSON line on stdin: `{"text": "…"}`; one on stdout: `{"found": [[kind, start, end] …], "ms": t}`, with the kinds of
`guardrails_pii` and milliseconds of processor time. Its recognisers of numbers and addresses are run as they are
shipped, over a blank spaCy pipeline in place of a language model, which cannot be had from a package registry; so it
finds no names and no street addresses. It imports the standard library and the peer alone.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

KINDS = {
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "US_SSN": "national-id",
    "US_DRIVER_LICENSE": "id-document",
    "IP_ADDRESS": "ip-address",
}
THRESHOLD = float(sys.argv[1]) if sys.argv[1:] else 0.0


def analyzer(folder: Path) -> AnalyzerEngine:
    """English, with a pipeline that only splits words."""
    spacy.blank("en").to_disk(folder)
    models = [{"lang_code": "en", "model_name": str(folder)}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    return AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])


def main() -> None:
    # The list of suffixes that comes with the package; the default asks the network for a newer one.
    tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    tldextract.extract = tldextract.tldextract.extract = tldextract.TLD_EXTRACTOR.__call__
    with tempfile.TemporaryDirectory() as folder:
        engine = analyzer(Path(folder) / "blank")
        print(json.dumps({"ready": "presidio"}), flush=True)
        for line in sys.stdin:
            start = time.thread_time()
            results = engine.analyze(
                json.loads(line)["text"], language="en", entities=list(KINDS), score_threshold=THRESHOLD
            )
            spent = (time.thread_time() - start) * 1_000
            found = [[KINDS[result.entity_type], result.start, result.end] for result in results]
            print(json.dumps({"found": found, "ms": spent}), flush=True)


if __name__ == "__main__":
    main()
