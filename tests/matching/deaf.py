"""A process that makes no agenda and hears nothing, as one within a linear program: for test_apart."""

import os
import pickle
import sys
import time

from levante.matching.instance import Agenda, Meeting

if __name__ == "__main__":
    mouth = os.fdopen(os.dup(1), "wb")
    if pickle.load(sys.stdin.buffer).objective == "broken":
        sys.exit(1)
    for what in (("progress", ("bound", float(os.getpid()))), ("found", Agenda((Meeting("a1", "b1", "s0"),)))):
        pickle.dump(what, mouth)
    mouth.flush()
    time.sleep(120)
    pickle.dump(("done", Agenda(())), mouth)
