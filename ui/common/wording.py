"""Days, times, spans and sizes in the words of the language in force. No rule lives here: what
counts as a working day, or when a card falls, is said in ``station.domain``."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate  # under this name lupdate finds the texts


def weekday_words(day: date) -> str:
    """周一 … 周日."""
    return (
        translate("wording", "周一"),
        translate("wording", "周二"),
        translate("wording", "周三"),
        translate("wording", "周四"),
        translate("wording", "周五"),
        translate("wording", "周六"),
        translate("wording", "周日"),
    )[day.weekday()]


def month_words(month: int) -> str:
    """The name of a month, as it stands in a date without a year."""
    return (
        translate("wording", "1 月"),
        translate("wording", "2 月"),
        translate("wording", "3 月"),
        translate("wording", "4 月"),
        translate("wording", "5 月"),
        translate("wording", "6 月"),
        translate("wording", "7 月"),
        translate("wording", "8 月"),
        translate("wording", "9 月"),
        translate("wording", "10 月"),
        translate("wording", "11 月"),
        translate("wording", "12 月"),
    )[month - 1]


def day_words(day: date) -> str:
    """2026 年 11 月 23 日."""
    return translate("wording", "{year} 年 {month} {day} 日").format(
        year=day.year, month=month_words(day.month), day=day.day
    )


def short_day_words(day: date, weekday: bool = False) -> str:
    """11 月 23 日, with 周一 behind it where asked."""
    text = translate("wording", "{month} {day} 日").format(
        month=month_words(day.month), day=day.day
    )
    if not weekday:
        return text
    return translate("wording", "{day} {weekday}").format(day=text, weekday=weekday_words(day))


def clock_words(time: datetime, seconds: bool = False) -> str:
    """10:42, or 10:42:07."""
    return time.strftime("%H:%M:%S" if seconds else "%H:%M")


def moment_words(time: datetime, today: date) -> str:
    """10:42 today, 11 月 18 日 09:40 this year, with the year before that."""
    day = time.date()
    if day == today:
        return clock_words(time)
    words = short_day_words(day) if day.year == today.year else day_words(day)
    return f"{words} {clock_words(time)}"


def span_words(span: timedelta) -> str:
    """A length of time in its two largest useful units: 20 秒, 4 小时, 2 天."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 60:
        return translate("wording", "{count} 秒").format(count=seconds)
    minutes = round(seconds / 60)
    if minutes < 60:
        return translate("wording", "{count} 分钟").format(count=minutes)
    hours = minutes // 60
    if hours < 24:
        return translate("wording", "{count} 小时").format(count=hours)
    return translate("wording", "{count} 天").format(count=hours // 24)


def left_words(seconds: float) -> str:
    """还要约 20 秒."""
    span = span_words(timedelta(seconds=max(1.0, seconds)))
    return translate("wording", "还要约 {span}").format(span=span)


def size_words(count: int) -> str:
    """A number of bytes: 5.0 MB."""
    if count < 1024:
        return translate("wording", "{count} 字节").format(count=count)
    if count < 1024**2:
        return f"{count / 1024:.0f} KB"
    if count < 1024**3:
        return f"{count / 1024**2:.1f} MB"
    return f"{count / 1024**3:.1f} GB"


def greeting_words(now: datetime) -> str:
    """早上好, 下午好 or 晚上好."""
    if 5 <= now.hour < 12:
        return translate("wording", "早上好")
    if 12 <= now.hour < 18:
        return translate("wording", "下午好")
    return translate("wording", "晚上好")


def ring(number: int) -> str:
    """A number in a ring, as signs on a page, its card and its thumbnail share it: ①."""
    return chr(0x245F + number) if 1 <= number <= 20 else f"({number})"
