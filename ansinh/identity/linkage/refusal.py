"""The one refusal of the linkage engine."""


class LinkageRefused(ValueError):
    """Input or resources with which no whole result can be made; the message is Vietnamese and says what to do."""
