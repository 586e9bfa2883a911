"""Forms from data: what a form is (``model``), how an answer of each kind is read and shown (``kinds``), and what a form
says of a set of answers (``reading``). No database, no request."""
