"""A call tried from end to end with invented applications, leaving no trace (``docs/how-to/rehearse-a-call.md``)."""
