"""The Flask application, the JSON API, the server, and the tools of ``juanzong mcp``."""
