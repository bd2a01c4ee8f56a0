"""Libraries that take long to load: each stands ready, and is read when something of it is first used (pure).

Nobody else imports them. Most processes need few: a list of commands none, a page of a norm none of numbers.
Annotations that name them stand in quotation marks, so that reading a module does not read its libraries.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = [
    "cryptography",
    "csgraph",
    "docx",
    "ed25519",
    "multiprocess",
    "np",
    "npt",
    "openpyxl",
    "prometheus_client",
    "serialization",
    "sparse",
    "special",
    "xlsxwriter",
]


class LateLibrary(ModuleType):
    """Stands for a module until something of it is asked for; what was asked for once is kept here."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self.__name__), name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    import cryptography.exceptions
    import docx.enum.section
    import docx.oxml
    import numpy as np
    import numpy.typing as npt
    import openpyxl
    import prometheus_client.metrics_core
    import xlsxwriter
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519
    from prometheus_client import multiprocess
    from scipy import sparse, special
    from scipy.sparse import csgraph
else:
    cryptography = LateLibrary("cryptography")
    docx = LateLibrary("docx")
    np = LateLibrary("numpy")
    npt = LateLibrary("numpy.typing")
    multiprocess = LateLibrary("prometheus_client.multiprocess")
    prometheus_client = LateLibrary("prometheus_client")
    openpyxl = LateLibrary("openpyxl")
    xlsxwriter = LateLibrary("xlsxwriter")
    serialization = LateLibrary("cryptography.hazmat.primitives.serialization")
    ed25519 = LateLibrary("cryptography.hazmat.primitives.asymmetric.ed25519")
    sparse = LateLibrary("scipy.sparse")
    special = LateLibrary("scipy.special")
    csgraph = LateLibrary("scipy.sparse.csgraph")
