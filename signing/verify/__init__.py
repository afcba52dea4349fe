"""Verifying: is this what was signed, by whom, when, with which right, and was it changed since.

``verify_pdf`` and ``verify_file`` load pyHanko and are imported from ``signing.verify.pdf``; the
verdicts they give are plain data (``signing.verify.verdict``).
"""
