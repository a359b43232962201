"""An archive on a cluster: its address, the files of its generations there, and which one is served."""
