"""The `juanzong` command: errors become one line and an exit status."""

from __future__ import annotations

import gc
import os
import signal
import sys


def main() -> None:
    """Run the command; every error that is ours is one line and an exit status, never a traceback."""
    gc.disable()  # what is imported stays: to look through it took 3 ms, a twentieth of a search
    raises = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if raises:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # while this is loaded, Ctrl-C ends it without a word
    from archive.errors import JuanzongError
    from cli.language import _, language, speak
    from cli.output import BROKEN, READER_LEFT, STOPPED, exit_status, prepare_streams, say, say_error, silence

    if raises:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    prepare_streams()
    speak(language())
    try:
        from cli import group

        status = group.run()
        sys.stdout.flush()
    except JuanzongError as error:
        say_error(error)
        status = exit_status(error)
    except KeyboardInterrupt:
        say("")  # ends the line in which the terminal shows ^C
        status = STOPPED
    except BrokenPipeError:
        silence(sys.stdout)  # its reader left (juanzong search … | head)
        status = READER_LEFT
    except OSError as error:
        what = (
            _("{} cannot be read").format(error.filename) if error.filename else _("cannot write the output")
        )
        say(f"juanzong: {what} ({error.strerror or error}).")
        silence(sys.stdout)
        status = BROKEN
    except MemoryError:
        say("juanzong: " + _("there is not enough memory. Close other programs, then try again."))
        status = BROKEN
    except Exception as error:  # Python would end with 1: nothing found
        import traceback

        place = traceback.extract_tb(error.__traceback__)[-1]
        said = _("failed: {0!r} in {1}, line {2}. Please report this.")
        if isinstance(error.__cause__, KeyboardInterrupt):  # it came while a class was made
            say("")
            status = STOPPED
        else:
            say("juanzong: " + said.format(error, place.filename, place.lineno))
            status = BROKEN
    code = status if isinstance(status, int) else 0
    if gc.isenabled():  # as `cli.group` leaves it for all commands but the search
        sys.exit(code)
    # Everything is written and closed. To take apart what was loaded took 8 ms, a tenth of a search.
    os._exit(code)


if __name__ == "__main__":
    main()
