"""PAdES signatures (ETSI EN 319 142-1) on PDFs, one stage after the other.

What is wanted is said with the plain data of ``plans`` (offered here, quick to import). The work
is done in rooms that load pyHanko when they are imported, about half a second:

``pades.fields.prepare``        puts one empty signature field per approval stage into a PDF
``pades.signature.sign``        signs one PDF; ``sign_batch`` many with one opened key
``pades.longterm.prolong``      adds revocation evidence and an archive time stamp later on

pyHanko reads the PDF and writes the increment; the CMS inside is ours (``signing.cms``), so that
the key is asked once per signature and never parsed again.
"""

from signing.pades.plans import FieldPlan, InkPlace, Level, SignRequest, in_order

__all__ = ["FieldPlan", "InkPlace", "Level", "SignRequest", "in_order"]
