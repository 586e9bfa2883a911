"""The door of claims. While an award is carried out: claims of what was spent or done, what is read of them, what is admitted."""

__all__: list[str] = []
