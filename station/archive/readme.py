"""The page for a stranger who finds the package in thirty years and has none of our programs."""

from __future__ import annotations

from station.archive.form import CaseFacts

_TEXT = """\
{training}这是一件政务服务办件的电子档案
====================================

办件编号    {number}
事项        {title}（{item}，第 {version} 版）
受理单位    {station}（{station_code}）
受理时间    {opened}
办结时间    {closed}
办理状态    {state}

包里有什么
----------
manifest.json     封面：本件的基本情况，以及每个文件的大小和 SHA-256
manifest.p7s      归档人对封面的电子签名（CMS，独立签名，DER）
dossier.pdf       案卷：电子表单、材料、申请人手写签名，村、镇、县逐级电子签名（PAdES）
result.pdf        办理结果：审批人签名，并盖有电子印章（没有结果的办件没有这个文件）
operations.jsonl  办理过程：一行一步，每一步由经办人签名，并记着前一步的摘要
tree.json         中心的记录树（RFC 6962）树根，由中心签名（可能没有）
ink.p7m           申请人手写签名的笔迹：每一点的位置、时间、压力，加密封给档案部门（可能没有）
earlier/          补正之前的案卷（没有补正过就没有）
papers/           随各步送出的便笺，如一次性告知的事项
certificates.pem  签名人和签发机构的证书
evidence/         签名当时的证书状态证据：吊销列表（.crl）和 OCSP 应答（.ocsp）
renewals/         续期：时间戳到期之前，对全部文件的清单（.json）再盖的时间戳（.tst）

怎样核验
--------
一、有“驿站”程序：

    station archive verify 本包 --trust 根证书.pem

二、没有这个程序，用通用工具也能核验。信任根必须从签发机构另外取得，不能用包里的。

1. 每个文件没有变过：它的 SHA-256 应与 manifest.json 里写的一样。

    sha256sum dossier.pdf

   续期会在 PDF 后面接上新的时间戳；那时 manifest.json 说的是它开头 size 个字节：

    head -c 大小 dossier.pdf | sha256sum

2. 封面没有变过，是归档人签的：

    openssl cms -verify -binary -inform DER -in manifest.p7s -content manifest.json \\
        -CAfile 根证书.pem -purpose any -out /dev/null

3. 案卷和结果的签名：用任何能验证 PDF 签名的阅读器打开，或者

    pdfsig dossier.pdf

4. 办理过程：operations.jsonl 每一行的 statement，按 RFC 8785 写成规范的 JSON
   （键按字母排序、不留空格、UTF-8），就是经办人所签的字节；signature 是对它的
   独立签名（CMS，base64）。hash 依次为

    SHA-256( "yizhan-link/1" 00 ‖ 前一步的 hash（32 字节，第一步是全零）
             ‖ statement 的长度（8 字节，大端）‖ statement
             ‖ signature 的长度（8 字节，大端）‖ signature )

   每一行 statement 里的 previous 应等于前一行的 hash。documents 里的 sha256 是那
   一步所送文件的摘要：案卷的各个版本是 dossier.pdf 从头到某个 %%EOF 为止的部分。

本文件也在封面的清单里。
"""


def readme(case: CaseFacts) -> str:
    """The text of README.txt for this case."""
    return _TEXT.format(
        training="【培训用，没有法律效力】\n\n" if case.training else "",
        number=case.number,
        title=case.item_title,
        item=case.item,
        version=case.item_version,
        station=case.station_name,
        station_code=case.station,
        opened=f"{case.opened_at:%Y-%m-%d %H:%M}",
        closed=f"{case.closed_at:%Y-%m-%d %H:%M}",
        state=case.state.word,
    )
