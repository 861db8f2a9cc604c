"""Why a whole file, or one value in it, cannot be taken."""


class FileUnreadable(ValueError):
    """A file that cannot be taken as a whole; the text tells the person in Vietnamese what to do."""


class ValueUnreadable(ValueError):
    """A value that does not fit its column; the text is the reason written beside the rejected row."""
