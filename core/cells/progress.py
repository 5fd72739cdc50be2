"""What a running cell tells its surroundings; imports nothing heavy, so every process may."""


class Cancelled(Exception):
    """Raised by `progress` inside a cell whose run was cancelled; `compute` lets it through."""
