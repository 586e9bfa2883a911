"""The demonstration: invented people and enterprises on the real programme. Outside the floors, as ``settings`` is."""
