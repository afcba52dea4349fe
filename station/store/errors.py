"""What can go wrong with the station's memory, told to the person at the desk.

``DiskFull`` is shared with other rooms and lives in ``station/errors.py``. A call that is wrong
in itself (an id that never was) is a bug and raises ``KeyError``.
"""

from __future__ import annotations

from station.errors import CaseError, StoreError


class MemoryInUse(StoreError):
    what = "The station's memory {where} was not opened."
    cause = "Another window of this program works with it (process {process})."
    remedy = "Go on in that window, or close it and start again."
    zh = (
        "驿站的数据 {where} 没有打开。",
        "这个程序的另一个窗口正在用它（进程 {process}）。",
        "请到那个窗口接着办，或关掉它再重新打开。",
    )


class MemoryReadOnly(StoreError):
    what = "Nothing can be saved in {where}."
    cause = "The folder may be read but not written by this user."
    remedy = "Have the folder's permissions set right, or the disk made writable; nothing was lost."
    zh = (
        "没法保存到 {where}。",
        "这个用户对它只能读、不能写。",
        "请管理员改好文件夹权限，或让磁盘可写；已有的数据没有丢。",
    )


class MemoryDamaged(StoreError):
    what = "The station's memory {where} is damaged."
    cause = "{reason}"
    remedy = (
        "Run “station memory rescue”: it sets the damaged file aside and brings back everything "
        "readable."
    )
    zh = (
        "驿站的数据 {where} 坏了。",
        "{reason}",
        "请运行 station memory rescue 抢救：坏文件会放到一边，读得出来的都会找回来。",
    )


class MemoryTooNew(StoreError):
    what = "The station's memory {where} was not opened."
    cause = "A newer version of the program wrote it (form {found}, this one knows {known})."
    remedy = "Install the newest version of the program; nothing was changed."
    zh = (
        "驿站的数据 {where} 没有打开。",
        "它是更新版本的程序写的（格式 {found}，本程序认得 {known}）。",
        "请安装新版本的程序；数据没有动。",
    )


class WrongKey(StoreError):
    what = "The station's memory {where} was not opened."
    cause = "It was locked with another key than the one of this desk."
    remedy = "Bring back the key file that belongs to it; nothing was changed."
    zh = (
        "驿站的数据 {where} 没有打开。",
        "它是用另一把密钥加密的，不是本机现在这把。",
        "请把配套的密钥文件放回来；数据没有动。",
    )


class DiskFailing(StoreError):
    what = "The disk did not take what was to be saved."
    cause = "{where}: {reason}."
    remedy = "Check the disk and its cable, then try again; what was saved before is kept."
    zh = (
        "磁盘没有接住要保存的东西。",
        "{where}：{reason}。",
        "请检查磁盘和连线再试；之前保存的都还在。",
    )


class Damaged(StoreError):
    """One thing in the memory is damaged; everything else is not."""


class PageDamaged(Damaged):
    what = "Page {page} cannot be shown."
    cause = "Its file on the disk is gone, or was changed or damaged."
    remedy = "Take the page again; all other pages are intact."
    zh = (
        "第 {page} 号页面显示不出来。",
        "它在磁盘上的文件不见了，或者被改动、损坏了。",
        "请把这一页重新拍一次；别的页都好好的。",
    )


class DocumentDamaged(Damaged):
    what = "A stored document cannot be used."
    cause = "Its file on the disk is gone, or was changed or damaged (SHA-256 {digest})."
    remedy = "Make the document again; everything else is intact."
    zh = (
        "有一份保存的文件不能用。",
        "它在磁盘上的文件不见了，或者被改动、损坏了（SHA-256 {digest}）。",
        "请重新生成这份文件；别的都好好的。",
    )


class RecordDamaged(Damaged):
    what = "The record of {thing} cannot be read."
    cause = "It was changed or damaged on the disk."
    remedy = (
        "Run “station memory rescue” to go back to the state saved before it; "
        "all others are intact."
    )
    zh = (
        "{thing}的记录读不出来。",
        "它在磁盘上被改动或损坏了。",
        "请运行 station memory rescue 抢救，回到它之前保存的样子；别的都好好的。",
    )


class DraftNotHere(CaseError):
    what = "Case {draft} is not on this desk."
    cause = "It was archived and put away, or it belongs to another desk."
    remedy = "Look for it under “办件”."
    zh = (
        "本机没有办件 {draft}。",
        "它已经归档收起来了，或者是别的电脑上的。",
        "请到“办件”里查找。",
    )


class DraftOvertaken(CaseError):
    what = "Case {number} was not saved."
    cause = "A newer state of it is saved already (revision {stored}, this one is {given})."
    remedy = "Open the case again and repeat the last change."
    zh = (
        "办件 {number} 没有保存。",
        "已经存有更新的内容（第 {stored} 版，这次是第 {given} 版）。",
        "请重新打开这件，再改一次。",
    )


class DraftStillSending(CaseError):
    what = "Case {draft} was not put away."
    cause = "Something of it is still in the outbox."
    remedy = "Wait until it is sent, or take it back there."
    zh = ("办件 {draft} 没有收起来。", "它还有东西在待传里。", "请等传完，或到待传里撤下。")


class EntryNotCancellable(CaseError):
    what = "Case {number} was not taken back."
    cause = "It may have reached the hub already."
    remedy = "Wait for the hub's answer; a case that comes back can be changed."
    zh = (
        "办件 {number} 没有撤下来。",
        "它可能已经送到了。",
        "请等对方答复；退回来的办件可以再改。",
    )
