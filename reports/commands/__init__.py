"""Commands of `python -m reports` beside `render` and `verify`: compare, comment, sign, publish."""
