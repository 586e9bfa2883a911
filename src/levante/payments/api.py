"""The door of payments. The money out, and back: accounts, the gate, liquidation, payment orders, recoveries."""

__all__: list[str] = []
