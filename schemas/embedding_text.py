"""A chunk and what stands around it in, the text that its vector is made of out."""


def embedding_text(title: str | None, heading: tuple[str, ...], text: str) -> str:
    """Title and section path in one line, then the chunk; the chunk alone where there is neither.

    Planning counts the tokens of exactly this, so it must stay a function of nothing else.
    """
    path = [part for part in heading if part]
    if title and title not in path[:1]:
        path.insert(0, title)
    return f"{' > '.join(path)}\n{text}" if path else text
