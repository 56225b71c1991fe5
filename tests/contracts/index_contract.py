"""What every index must do; `test_<adapter>.py` inherits it and gives an `index` fixture of an empty index."""

from tests.contracts.index_copying import IndexCopying
from tests.contracts.index_finding import IndexFinding
from tests.contracts.index_languages import IndexLanguages
from tests.contracts.index_modes import IndexModes
from tests.contracts.index_writing import IndexWriting


class IndexContract(IndexWriting, IndexFinding, IndexModes, IndexLanguages, IndexCopying):
    """The port `Index`, as its callers may rely on it."""
