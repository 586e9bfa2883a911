"""The register's arithmetic: canonical JSON, Merkle trees, commitments, signed heads, receipts, keys, time stamps.

No Django and no database: what is here verifies a receipt on any computer, and serves the click-day lane as well.
"""
