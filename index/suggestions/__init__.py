"""The words of the archive, and what is offered from them while and after a query is typed."""
