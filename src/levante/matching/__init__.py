"""Agendas of B2B meetings: the best there is, and the proof. A pure library: no Django, no other room."""
