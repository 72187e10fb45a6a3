"""The ``cineblend`` command: collects the verbs and turns errors into messages and exit codes."""

from __future__ import annotations

import io
import os
import sys
import traceback
from typing import Annotated

import typer

from cineblend import __version__
from cineblend.cli import (
    add_items,
    compare,
    data,
    embeddings,
    encoders,
    enrich,
    everyone,
    finetune,
    fit,
    item,
    recommend,
    serve,
    tune,
)
from cineblend.cli.options import grouped
from cineblend.errors import CineblendError

app = typer.Typer(
    name="cineblend",
    help="Blend what people rated with what films are about, honestly measured.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
)
app.command("compare", epilog=compare.EXAMPLE)(grouped(compare.compare))
app.command("fit", epilog=fit.EXAMPLE)(grouped(fit.fit))
app.command("add-items", epilog=add_items.EXAMPLE)(add_items.add_items)
app.command("remove-items", epilog=add_items.REMOVE_EXAMPLE)(add_items.remove_items)
app.command("info", epilog=fit.INFO_EXAMPLE)(fit.info)
app.command("recommend", epilog=recommend.EXAMPLE)(grouped(recommend.recommend))
app.command("recommend-all", epilog=everyone.EXAMPLE)(grouped(everyone.recommend_all))
app.command("find", epilog=recommend.FIND_EXAMPLE)(recommend.find)
app.command("similar", epilog=recommend.SIMILAR_EXAMPLE)(recommend.similar)
app.command("item", epilog=item.EXAMPLE)(item.item)
app.command("explain", epilog=recommend.EXPLAIN_EXAMPLE)(grouped(recommend.explain))
app.command("strategies", epilog=compare.LIST_EXAMPLE)(compare.list_strategies)
app.command("data", epilog=data.DATA_EXAMPLE)(grouped(data.show))
app.command("fetch", epilog=data.FETCH_EXAMPLE)(data.fetch)
app.command("enrich", epilog=enrich.EXAMPLE)(grouped(enrich.enrich))
app.command("simulate", epilog=data.SIMULATE_EXAMPLE)(data.simulate)
app.command("encoders", epilog=encoders.EXAMPLE)(encoders.list_encoders)
app.command("embed", epilog=embeddings.EMBED_EXAMPLE)(grouped(embeddings.embed))
app.command("finetune", epilog=finetune.EXAMPLE)(grouped(finetune.finetune))
app.command("serve", epilog=serve.EXAMPLE)(serve.serve)
app.command("tune", epilog=tune.EXAMPLE)(grouped(tune.tune))
app.command("export-embeddings", epilog=embeddings.EXPORT_EXAMPLE)(grouped(embeddings.export))
app.command("import-embeddings", epilog=embeddings.IMPORT_EXAMPLE)(embeddings.import_)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"cineblend {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the verb."""


def main() -> None:
    """Run a verb; exit 2 for the user's mistake, 1 for ours, 130 for Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a stand-in, not a crash after the work.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except CineblendError as error:
        _fail(f"cineblend: {error}", error.exit_code)
    except KeyboardInterrupt:
        _fail("cineblend: stopped; what was finished is kept, run the same command to go on", 130)
    except BrokenPipeError:
        # Whoever read our output has enough (`| head`); stop without a word, as other tools do.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(f"cineblend: {error.strerror or error}: {error.filename or ''}".rstrip(": "), 1)
    except Exception:  # every error ends in one line, not in a trace
        # Anything that reaches here is a bug, and says so.
        if os.environ.get("CINEBLEND_DEBUG"):
            raise
        last = traceback.format_exc().strip().splitlines()[-1]
        _fail(f"cineblend: a bug in cineblend: {last}\n  for its trace: set CINEBLEND_DEBUG=1", 1)


def _fail(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
