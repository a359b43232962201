"""The terminal face: the ``juanzong`` command."""
