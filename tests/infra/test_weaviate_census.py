from types import SimpleNamespace

from infra import weaviate_schema as schema
from infra.weaviate_census import Holding, _count


class Client:
    """Answers as Weaviate's client does, for collections given as name -> (description, chunks by tenant)."""

    def __init__(self, held):
        self.held = held
        self.collections = self

    async def list_all(self, *, simple):
        return {name: SimpleNamespace(description=description) for name, (description, _) in self.held.items()}

    def use(self, name):
        chunks = self.held[name][1]

        async def get():
            return dict.fromkeys(chunks)

        def with_tenant(tenant):
            async def over_all(*, total_count):
                return SimpleNamespace(total_count=chunks[tenant])

            return SimpleNamespace(aggregate=SimpleNamespace(over_all=over_all))

        return SimpleNamespace(tenants=SimpleNamespace(get=get), with_tenant=with_tenant)


def held(namespace, embedder_id, **chunks):
    return {schema.collection_name(namespace, embedder_id): (schema.describe(embedder_id, 384), chunks)}


async def test_chunks_are_counted_by_tenant():
    (found,) = await _count(Client(held("", "mini@1", acme=3, other=4)), "")
    assert found == Holding(schema.collection_name("", "mini@1"), "mini@1", 384, {"acme": 3, "other": 4})
    assert found.total == 7


async def test_other_namespaces_and_other_peoples_collections_are_passed_over():
    others = {"Articles": (None, {}), "Notes": ("just text", {}), "Copy": (schema.describe("mini@1", 384), {})}
    assert await _count(Client({**others, **held("blue", "mini@1", acme=3)}), "") == []
    assert len(await _count(Client({**others, **held("blue", "mini@1", acme=3)}), "blue")) == 1
