"""The errors of this storey; the base and its manners are in ``signing/errors.py``.

Each room declares its own errors beside the code that raises them, as leaves of one of the
branches below, so that a screen or a command can catch a whole branch.

StationError
├── InputError        what was given cannot be used (a file, a word on the command line)
├── StoreError        the station's own memory failed (disk full, locked, damaged)
├── DeviceError       a device is missing or misbehaves
├── CaseError         the case does not allow this now
├── HubError          the hub could not be reached or said no
└── CatalogueError    a service item is wrong or missing
"""

from __future__ import annotations

from signing.errors import ExplainedError


class StationError(ExplainedError):
    """Something this storey could not do."""


class InputError(StationError):
    """What was given cannot be used."""


class StoreError(StationError):
    """The station's own memory failed."""


class DeviceError(StationError):
    """A device is missing or misbehaves."""


class CaseError(StationError):
    """The case does not allow this now."""


class HubError(StationError):
    """The hub could not be reached or said no."""


class CatalogueError(StationError):
    """A service item is wrong or missing."""


class FileUnreadable(InputError):
    what = "{file} was not read."
    cause = "{reason}"
    remedy = "Check the path and the file, then try again."
    zh = ("{file} 没有读进来。", "{reason}", "请检查路径和文件再试。")


class UsageWrong(InputError):
    what = "{problem}"
    remedy = "See “station {command} --help”."
    zh = ("{problem}", "", "请看“station {command} --help”。")


class FolderUnusable(InputError):
    what = "Nothing was written."
    cause = "{folder} cannot be used as a folder ({reason})."
    remedy = "Choose another folder, or free some space, and try again."
    zh = ("什么都没有写。", "{folder} 不能当文件夹用（{reason}）。", "请换个文件夹或腾出空间再试。")


class DiskFull(StoreError):
    what = "Nothing more can be saved."
    cause = "The disk that holds {where} is full."
    remedy = "Free some space; what was saved before is kept."
    zh = ("保存不下了。", "{where} 所在的磁盘满了。", "请腾出空间；之前保存的都还在。")
