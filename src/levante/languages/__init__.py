"""What the catalogues of other languages cover (``levante languages``)."""
