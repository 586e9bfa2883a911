"""Import of a business register: ``source`` reads files, ``rows`` checks lines, ``stage`` writes them by sets, ``run``
goes through a file from its checkpoint. The format is in ``docs/formats/business-register.md``."""
