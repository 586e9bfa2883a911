"""What is read in files from outside: digital signatures (PAdES, CAdES) and whose they are; e-invoices.

No Django, no database and no network: what is here reads a file on any computer.
"""
