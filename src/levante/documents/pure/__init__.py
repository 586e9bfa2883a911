"""Digital signatures: whether a PAdES or CAdES signature holds, and whose it is.

No Django, no database and no network: what is here verifies a signed file on any computer.
"""
