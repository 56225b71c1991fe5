"""A Weaviate client that fails as a good server won't: scripted outcomes, one per `insert_many`."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from weaviate.exceptions import WeaviateClosedClientError, WeaviateInsertManyAllFailedError

from infra import weaviate_schema as schema
from infra.settings import WeaviateSettings

EMBEDDER = "fake@1"
DIMENSION = 2
SETTINGS = WeaviateSettings(url="http://127.0.0.1:8080", grpc_port=50051)

Errors = dict[int, str]
"""Messages by position of the objects that fail."""
Insert = Callable[[Sequence[Any]], Errors]


class FakeServer:
    """What outlives clients: the stored objects, and what the next inserts shall do."""

    def __init__(self, *inserts: Insert | Exception) -> None:
        self.stored: dict[tuple[str, str], Any] = {}
        self.inserts = list(inserts)
        self.sent: list[list[str]] = []
        self.tenants: list[str] = []
        self.clients: list[FakeClient] = []
        self.refuse_connections = 0
        self.deletes: list[int | Exception] = []
        """Matches that the next deletes report; the last is repeated."""
        self.deleted = 0

    def client(self, _settings: WeaviateSettings) -> "FakeClient":
        self.clients.append(FakeClient(self))
        return self.clients[-1]

    async def insert_many(self, tenant: str, objects: Sequence[Any]) -> Any:
        self.sent.append([str(one.uuid) for one in objects])
        self.tenants.append(tenant)
        script = self.inserts.pop(0) if self.inserts else (lambda _: {})
        if isinstance(script, Exception):
            raise script
        errors = script(objects)
        for position, one in enumerate(objects):
            if position not in errors:
                self.stored[tenant, str(one.uuid)] = one
        if len(errors) == len(objects):
            raise WeaviateInsertManyAllFailedError("\n".join(sorted(set(errors.values()))))
        return SimpleNamespace(errors={n: SimpleNamespace(message=text) for n, text in errors.items()})

    async def delete_many(self, _filter: object) -> Any:
        self.deleted += 1
        outcome = self.deletes.pop(0) if len(self.deletes) > 1 else self.deletes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return SimpleNamespace(matches=outcome, successful=outcome, failed=0)


class FakeClient:
    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.closed = False
        self.collections = self

    async def connect(self) -> None:
        if self.server.refuse_connections:
            self.server.refuse_connections -= 1
            raise ConnectionRefusedError("connection refused")

    async def close(self) -> None:
        self.closed = True

    async def exists(self, _name: str) -> bool:
        return True

    def use(self, _name: str) -> Any:
        return SimpleNamespace(
            config=SimpleNamespace(get=self._config),
            tenants=SimpleNamespace(get_by_names=self._tenants),
            with_tenant=self._with_tenant,
        )

    def _with_tenant(self, tenant: str) -> Any:
        async def insert_many(objects: Sequence[Any]) -> Any:
            if self.closed:
                raise WeaviateClosedClientError
            return await self.server.insert_many(tenant, objects)

        return SimpleNamespace(data=SimpleNamespace(insert_many=insert_many, delete_many=self.server.delete_many))

    async def _config(self) -> Any:
        return SimpleNamespace(
            description=schema.describe(EMBEDDER, DIMENSION),
            properties=schema.properties(),
            multi_tenancy_config=SimpleNamespace(enabled=True),
        )

    async def _tenants(self, _names: Sequence[str]) -> dict[str, Any]:
        return {}
