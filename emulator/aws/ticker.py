"""The thread that lets time pass in the embedded AWS."""

import logging
import threading

log = logging.getLogger("emulator.aws")


class Ticker:
    """Runs every scheduler and scaler once in each interval, under the lock that the requests take.

    Importing moto's ECS is left to this thread: it takes a second, and the server answers before that.
    """

    def __init__(self, *, lock: threading.RLock, interval: float = 0.1) -> None:
        self._lock = lock
        self._interval = interval
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Lets no further tick begin. Nothing waits for the one that runs: no state outlives the process."""
        self._end.set()

    def _run(self) -> None:
        from emulator.aws.ecs import scheduler
        from emulator.aws.scaling import scaler

        while not self._end.wait(self._interval):
            for tick_all in (scaler.tick_all, scheduler.tick_all):
                with self._lock:
                    try:
                        tick_all()
                    except Exception:
                        log.exception("a tick failed: %s", tick_all.__module__)
