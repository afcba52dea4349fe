"""One closed case, archived once; tests change copies of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from signing.pades import Level
from signing.trust import TrustStore, load_trust
from station.archive.package import PackageContents, write_package
from station.clock import china_now
from tests.helpers.closed_case import closed_case
from tests.helpers.pki import Pki


@pytest.fixture(scope="session")
def contents(pki: Pki) -> PackageContents:
    return closed_case(pki)


@pytest.fixture(scope="session")
def plain_contents(pki: Pki) -> PackageContents:
    """The same case with plain signatures on its papers."""
    return closed_case(pki, Level.B_B)


@pytest.fixture(scope="session")
def root(pki: Pki) -> TrustStore:
    """Nothing but the trust root, as an auditor has it."""
    return load_trust([pki.root_pem])


@pytest.fixture(scope="session")
def package(pki: Pki, contents: PackageContents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case as one zip; not to be changed."""
    path = tmp_path_factory.mktemp("archive") / f"{contents.case.number}.zip"
    write_package(path, contents, pki.administrator.key, china_now(), pki.evidence)
    return path


@pytest.fixture
def archive(pki: Pki, tmp_path: Path) -> Callable[[PackageContents], Path]:
    """Archives other contents with a good key: what an insider could do."""

    def write(contents: PackageContents) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.zip"
        write_package(path, contents, pki.administrator.key, china_now(), pki.evidence)
        return path

    return write
