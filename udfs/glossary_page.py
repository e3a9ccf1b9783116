"""The pages of terms and of what the model leaves out, in Markdown."""

from ..engine.governance import glossary, not_modelled


def glossary_reference() -> str:
    """The terms of docs/glossary.md, each with its meaning."""
    return "".join(f"\n**{one.term}**: {one.meaning}\n" for one in glossary())


def omissions_reference() -> str:
    """The end of docs/limits.md: what is not modelled, and what that means."""
    rows = [f"| {one.item} | {one.consequence} |" for one in not_modelled()]
    return "\n".join(
        ["", "| not modelled | what it means for the figures |", "|---|---|", *rows, ""]
    )
