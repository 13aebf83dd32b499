"""Storing the files of a batch side by side: each waits for the disk, which is what an import would else wait for."""

from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256

from chassis.events import FileRef
from chassis.files import FileStore

AT_ONCE = 8
MOST_BYTES = 64 * 1024 * 1024


class Keeper:
    """Takes files and gives their claim checks at once; they count after `settle`."""

    def __init__(self, store: FileStore) -> None:
        """`store` is where they go."""
        self._store = store
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="history")
        self._pending: list[Future[FileRef]] = []
        self._bytes = 0

    def keep(self, data: bytes, *, media_type: str, name: str) -> FileRef:
        """Begin to store bytes; returns what the store will call them."""
        if self._bytes > MOST_BYTES:
            self.settle()
        self._pending.append(self._pool.submit(self._store.put, data, media_type=media_type, name=name))
        self._bytes += len(data)
        digest = sha256(data).hexdigest()
        return FileRef(service=self._store.service, sha256=digest, size=len(data), media_type=media_type, name=name)

    def settle(self) -> None:
        """Wait until all that was begun is on the disk. Raises what went wrong."""
        pending, self._pending, self._bytes = self._pending, [], 0
        for each in pending:
            each.result()

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)
