"""Records of tokens in, keys and scores out: the protocol (``base.py``), the engines (``registry.py``)."""
