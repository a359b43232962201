"""An archive that lives in an OpenSearch cluster: its files there, and generations that follow them here."""
