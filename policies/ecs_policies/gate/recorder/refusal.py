"""How the SDK hears from an engine that a request can't be met."""

from __future__ import annotations

import grpc


class RefusedError(grpc.RpcError):
    """A request that the engine would refuse; the text says why."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._text = text

    def code(self) -> grpc.StatusCode:
        """The engine's code for a refusal of its own."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """What is wrong."""
        return self._text
