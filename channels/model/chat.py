"""channels/model/chat.py: one question to a language model, and the text that it answers.

The model is given no tools and no history; whatever else its answer holds is not looked at.
"""

from typing import Any

from channels.model.prompt import Prompt
from channels.model.transport import Failed, ModelTransport, Why

_PATH = "/chat/completions"


async def write(transport: ModelTransport, model: str, prompt: Prompt) -> str | Failed:
    """What the model called `model` writes, as plain text; never an empty one."""
    messages = [{"role": "system", "content": prompt.task}, {"role": "user", "content": prompt.material}]
    answer = await transport.ask(_PATH, {"model": model, "messages": messages, "stream": False})
    return answer if isinstance(answer, Failed) else _text(answer)


def _text(answer: dict[str, Any]) -> str | Failed:
    choices = answer.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    text = message.get("content") if isinstance(message, dict) else None
    if not isinstance(first, dict) or not isinstance(text, str) or not text.strip():
        return Failed(why=Why.UNREADABLE, status=200)
    return Failed(why=Why.CUT, status=200) if first.get("finish_reason") == "length" else text
