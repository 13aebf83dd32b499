"""The published language: the facts that services and other CMP systems may rely on, one frozen dataclass per event."""
