"""The browser face: Flask pages and the JSON API over ``index.archive``."""
