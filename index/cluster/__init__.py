"""An archive on a cluster: its generations there, which one is served, and a data directory that follows."""
