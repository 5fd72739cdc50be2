"""The one exception whose message is written for the person at the keyboard.

Everything else is a defect of ours and keeps its traceback.
"""


class UserError(Exception):
    """Something the user can mend; the message is one line that names it and says what to do.

    Args:
        message: one line, without a trailing full stop being required.
        exit_code: what the command line returns: 1 (failed), 2 (wrong use), 3 (`--fail-on` met).
    """

    def __init__(self, message: str, exit_code: int = 1):
        super().__init__(message)
        self.exit_code = exit_code
