"""The subcommands, one idea a file."""
