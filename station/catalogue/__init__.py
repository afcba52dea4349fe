"""Service items: loading, checking, importing and exporting; search by name and pinyin."""

from station.catalogue.catalogue import Catalogue
from station.catalogue.guide import GuideElement, guide_elements
from station.catalogue.problems import CatalogueDamaged, ItemUnknown
from station.catalogue.working_days import load_calendar

__all__ = [
    "Catalogue",
    "CatalogueDamaged",
    "GuideElement",
    "ItemUnknown",
    "guide_elements",
    "load_calendar",
]
