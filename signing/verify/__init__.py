"""Verifying: is this what was signed, by whom, when, with which right, and was it changed since.

``verify_pdf`` and ``verify_file`` (``signing.verify.pdf``) give a ``Verdict`` (``verdict``), which
is plain data and quick to import. What happens in between, in this order: ``history`` reads the
file as it was at each signature, ``readings`` checks each signature's bytes and mathematics and
compares what came after, ``timeline`` finds the proven times and the signers' standing then,
``chain`` the order of approval, ``judgement`` the bottom line.
"""
