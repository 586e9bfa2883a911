"""The law as dated parameters and pure functions; every result explains itself step by step."""
