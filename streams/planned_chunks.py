"""The changelog of the plan role's manifests in, every chunk that should be in the index out.

The last record of a key is what is in force. So an audit needs no worker, and believes none.
"""

from collections.abc import Mapping

from agents.planning import Manifest
from streams.changelog import read_changelog
from streams.roles import MANIFESTS
from streams.state import Stored
from streams.topics import TopicNames
from streams.verify import Place, Planned


async def planned_chunks(bootstrap: str, names: TopicNames) -> dict[Place, Planned]:
    """Every chunk in force. Raises what `TopicReader` raises."""
    return in_force(await read_changelog(bootstrap, names, MANIFESTS))


def in_force(manifests: Mapping[bytes, bytes]) -> dict[Place, Planned]:
    """The chunks of stored manifests, which are kept under `tenant/doc_id`."""
    found: dict[Place, Planned] = {}
    for key, value in manifests.items():
        tenant, _, doc_id = key.decode("utf-8").partition("/")
        manifest = Stored[Manifest].model_validate_json(value).state
        for chunk in manifest.chunks:
            found[tenant, chunk.chunk_id] = Planned(doc_id, manifest.revision, chunk.ordinal, chunk.span)
    return found
