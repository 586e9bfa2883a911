"""The door of controls: samples and visits, revocations, recoveries and the money that comes in."""

__all__: list[str] = []
